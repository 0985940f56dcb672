import { lambdaHandlers } from '../../../functions/index';
import { defineCollector } from '../../../shared/collector/definition';
import { definition } from './definition';

/** The fault kit's collector, an object listed on two pages being one. */
const collector = defineCollector({ ...definition, distinct: 'run' });

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
