import { isolationWindowSeconds, withDeployed, type Redelivery } from '../core/stall-timeout';
import { expiryOf, type Pipeline } from './pipeline';
import type { PageOfRun } from './settle-members';

/**
 * Notes that a message of a page was received again: it may have killed its handler. Until it is a dead letter, and its objects
 * have been tried alone, reconcile must not replace it: a new message has never died.
 */
export async function noteRedelivery(
  { pages, settings, now }: Pick<Pipeline, 'pages' | 'settings' | 'now'>,
  { run, page }: PageOfRun,
  deliveries: readonly Redelivery[],
): Promise<void> {
  const again = deliveries.filter(({ receiveCount }) => receiveCount > 1);
  if (again.length === 0) return;
  const deployed = withDeployed(run, settings);
  const windows = again.map((delivery) => isolationWindowSeconds(deployed, delivery));
  await pages.noteIsolation(run.runId, page, now() + Math.max(...windows) * 1_000, expiryOf(run));
}
