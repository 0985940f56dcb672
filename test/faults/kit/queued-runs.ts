import type { Body, Interceptor } from '../../../localstack/embedded/http/service';
import { labelOf, type Names } from './label';

/** Sees whether two runs ever had objects queued at the same time. */
export interface QueuedRuns {
  readonly intercept: Interceptor;
  /** What is wrong; nothing, when at most one run's objects were queued at any time. */
  readonly faults: () => string[];
}

/**
 * Watches a pipeline's object queue at the moments that matter: when a run first sends, what waits there is another's;
 * and when one sends after a newer one has begun to.
 * @param waiting messages in the queue that no one works on
 */
export function watchQueued(names: Names, waiting: () => number): QueuedRuns {
  const inOrder: string[] = [];
  const faults = new Set<string>();
  const look = (runId: string) => {
    const newest = inOrder.at(-1);
    if (runId === newest) return;
    const left = waiting();
    if (inOrder.includes(runId)) {
      faults.add(`${runId} sent objects after ${String(newest)} had begun to`);
    } else if (left > 0) {
      faults.add(`${left} messages of ${String(newest)} waited when ${runId} sent its own`);
    }
    if (!inOrder.includes(runId)) inOrder.push(runId);
  };
  return {
    intercept: (call, proceed) => {
      if (labelOf(call, names) === 'send objects') runsOf(call.body).forEach(look);
      return proceed();
    },
    faults: () => [...faults],
  };
}

/** The runs whose objects are sent. */
function runsOf({ Entries }: Body): Set<string> {
  const bodies = (Entries ?? []) as readonly { readonly MessageBody: string }[];
  return new Set(
    bodies.map(({ MessageBody }) => (JSON.parse(MessageBody) as { readonly runId: string }).runId),
  );
}
