import { isInterrupted, isTimedOut } from '../../core/errors';
import type { Run } from '../../core/run';
import type { TimeBudget } from '../time-budget';

/** How much later than its time a function may be ended, in milliseconds. */
const graceMs = 60_000;

/** How far the clocks of two functions may differ, in milliseconds: Lambda keeps them in step. */
const clockSkewMs = 1_000;

/**
 * Epoch milliseconds until which a delivery holds the run that it completes: no shorter than its invocation may last. A
 * deploy may have changed the function's timeout since the run was started, so the setting of the run alone does not say.
 */
export const holdUntil = ({ settings }: Run, { endsAt }: TimeBudget, now: number): number =>
  Math.max(now + settings.callbackTimeoutSeconds * 1_000, endsAt + clockSkewMs);

/** Whether a call of the collector was given up that may still be under way. */
export const isOutOfTime = (error: unknown): boolean => isInterrupted(error) || isTimedOut(error);

/**
 * Keeps the invocation until its function's own timeout ends the environment. An `onComplete` that did not honor its
 * signal is still under way: if the run were let go of now, it would be called twice at the same time, elsewhere or in the
 * next invocation of this environment.
 */
export async function holdUntilTimeout({ endsAt }: TimeBudget, now: () => number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, endsAt - now() + graceMs)));
}
