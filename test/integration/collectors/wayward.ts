import { lambdaHandlers } from '../../../functions/index';
import {
  defineCollector,
  RateLimitedError,
  type CollectorContext,
} from '../../../shared/collector/definition';

/** What a run of it does wrong. */
export interface Wayward {
  /** What `onComplete` does, the first time in each environment. */
  readonly callback?: 'throws' | 'dies';
  /** The source holds its object back for good. */
  readonly held?: boolean;
}

const inputOf = ({ run }: CollectorContext): Wayward => (run.input ?? {}) as Wayward;

/** A collector of one object with which much goes wrong, for the alarms. */
const collector = defineCollector({
  name: 'wayward',
  listPage: () => ({ objects: ['a'] }),
  fetch: {
    object: (id, context) => {
      if (inputOf(context).held) throw new RateLimitedError('not yet', { retryAfterSeconds: 60 });
      return { id };
    },
  },
  crunch: (id) => ({ record: { id } }),
  onComplete: (run, context) => {
    const { callback } = inputOf(context);
    if (callback === 'throws') throw new Error('no');
    if (callback === 'dies') process.exit(1);
  },
});

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
