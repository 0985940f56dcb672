import { lambdaHandlers } from '../../../functions/index';
import { defineCollector } from '../../../shared/collector/definition';
import { definition } from './definition';

/** The fault kit's collector. */
const collector = defineCollector(definition);

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
