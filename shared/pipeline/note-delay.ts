import { isolationWindowSeconds, longestWaitSeconds, withDeployed } from '../core/stall-timeout';
import type { Run } from '../core/run';
import type { Delivery, Pipeline } from './pipeline';

/**
 * Notes that a message was received again: it may have killed its handler. Until it is a dead letter, and its objects have
 * been tried alone, reconcile must not replace it: a new message has never died.
 */
export async function noteReturn(
  { runs, settings }: Pick<Pipeline, 'runs' | 'settings'>,
  run: Run,
  deliveries: readonly Pick<Delivery<unknown>, 'receiveCount'>[],
): Promise<void> {
  if (deliveries.every(({ receiveCount }) => receiveCount <= 1)) return;
  const deployed = withDeployed(run, settings);
  const delaySeconds = isolationWindowSeconds(deployed);
  if (delaySeconds > longestWaitSeconds(deployed)) await runs.noteDelay(run, delaySeconds);
}
