import type { Scenario } from './scenario';
import { chaos } from './scenarios/chaos';
import { kills } from './scenarios/kills';
import { onePercent } from './scenarios/one-percent';
import { overlap } from './scenarios/overlap';
import { poison } from './scenarios/poison';
import { purge } from './scenarios/purge';
import { rateLimit } from './scenarios/rate-limit';
import { retryAfter } from './scenarios/retry-after';

/** All scenarios, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  chaos,
  kills,
  onePercent,
  overlap,
  purge,
  retryAfter,
  rateLimit,
  poison,
];
