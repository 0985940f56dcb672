import { longestWaitSeconds } from '../core/patience';
import type { Run } from '../core/run';
import type { Pipeline } from './pipeline';

/** Keeps a long delay that was given out, so that reconcile does not take the wait for a lost message. */
export async function noteDelay(
  { runs }: Pick<Pipeline, 'runs'>,
  run: Run,
  delaySeconds: number,
): Promise<void> {
  if (delaySeconds > longestWaitSeconds(run)) await runs.noteDelay(run, delaySeconds);
}
