import { lambdaHandlers } from '../../../functions/index';
import { defineCollector } from '../../../shared/collector/definition';
import { definition } from './definition';

/** The fault kit's collector, with a source of which nothing is told. */
const collector = defineCollector({ ...definition, source: {} });

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
