import { isolationWindowSeconds, withDeployed, type Redelivery } from '../core/stall-timeout';
import { expiryOf, type Pipeline } from './pipeline';
import type { PageOfRun } from './settle-members';

interface NotedDelivery extends Redelivery {
  /** The number on its page of an object that was delivered alone. */
  readonly alone?: number | undefined;
}

/**
 * Notes that a message of a page was received again: it may have killed its handler. Until it is a dead letter, and its objects
 * have been tried alone, reconcile must not replace it: a new message has never died. An object that is delivered alone is noted
 * each time: where none was, Lambda only throttled its message.
 */
export async function noteRedelivery(
  { pages, settings, now }: Pick<Pipeline, 'pages' | 'settings' | 'now'>,
  { run, page }: PageOfRun,
  deliveries: readonly NotedDelivery[],
): Promise<void> {
  for (const { alone } of deliveries) {
    if (alone !== undefined) await pages.noteTriedAlone(run.runId, page, alone, expiryOf(run));
  }
  const again = deliveries.filter(({ receiveCount }) => receiveCount > 1);
  if (again.length === 0) return;
  const deployed = withDeployed(run, settings);
  const windows = again.map((delivery) => isolationWindowSeconds(deployed, delivery));
  await pages.noteIsolation(run.runId, page, now() + Math.max(...windows) * 1_000, expiryOf(run));
}
