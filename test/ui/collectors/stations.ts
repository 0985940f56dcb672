import { lambdaHandlers } from '../../../functions/index';
import { catalogueNamed } from './catalogue';

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(
  catalogueNamed('stations'),
);
