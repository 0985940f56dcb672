import { backoffSeconds } from '../../shared/core/retry';
import type { Random } from '../../shared/core/random';
import { binomial } from './chance';
import type { Workload } from './workload';

/** The outcome of a try of some objects. */
export interface Tried {
  /** Failed, for good or to be tried again. */
  readonly fail: number;
  /** Of those, the ones that have an attempt left, and the seconds that their message waits. */
  readonly again: number;
  readonly delaySeconds: number;
}

/** Draws how many of `members` fail at a try, and how long those wait that are tried again. */
export function tryMembers(
  members: number,
  attempt: number,
  { failureRate, attempts }: Pick<Workload, 'failureRate' | 'attempts'>,
  random: Random,
): Tried {
  const fail = binomial(members, failureRate, random);
  const again = attempt < attempts ? fail : 0;
  const delaySeconds = again > 0 ? backoffSeconds(attempt, random()) : 0;
  return { fail, again, delaySeconds };
}
