import { lambdaHandlers } from '../../../functions/index';
import { collectorNamed } from './collector-named';

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(
  collectorNamed('probe', true),
);
