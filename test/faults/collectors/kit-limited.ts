import { lambdaHandlers } from '../../../functions/index';
import { defineCollector } from '../../../shared/collector/definition';
import { definition } from './definition';

/** The fault kit's collector, with a source whose limit is learned. */
const collector = defineCollector({ ...definition, source: {} });

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
