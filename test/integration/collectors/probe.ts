import { lambdaHandlers } from '../../../functions/index';
import { probeNamed } from './probe-named';

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(
  probeNamed('probe'),
);
