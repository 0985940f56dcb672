import { deathWatchSeconds, longestWaitSeconds, withDeployed } from '../core/patience';
import type { Run } from '../core/run';
import type { Delivery, Pipeline } from './pipeline';

/** Keeps a long delay that was given out, so that reconcile does not take the wait for a lost message. */
export async function noteDelay(
  { runs, settings }: Pick<Pipeline, 'runs' | 'settings'>,
  run: Run,
  delaySeconds: number,
): Promise<void> {
  if (delaySeconds > longestWaitSeconds(withDeployed(run, settings)))
    await runs.noteDelay(run, delaySeconds);
}

/**
 * A message that comes again may have killed its handler. Until it is a dead letter, and its objects have been tried
 * alone, reconcile must not replace it: what is sent anew has never died.
 */
export async function noteReturn(
  pipeline: Pick<Pipeline, 'runs' | 'settings'>,
  run: Run,
  deliveries: readonly Pick<Delivery<unknown>, 'receiveCount'>[],
): Promise<void> {
  if (deliveries.every(({ receiveCount }) => receiveCount <= 1)) return;
  await noteDelay(pipeline, run, deathWatchSeconds(withDeployed(run, pipeline.settings)));
}
