import type { Body, Interceptor } from '../../../localstack/embedded/http/service';
import { labelOf, type Names } from './label';

/** Sees which runs have objects queued: sent, and not received yet. */
export interface QueuedRuns {
  readonly intercept: Interceptor;
  /** The most runs that had objects queued at the same time. */
  readonly most: () => number;
}

/** Watches a pipeline's object queue. */
export function watchQueued(names: Names): QueuedRuns {
  const queued = new Map<string, number>();
  let most = 0;
  const add = (bodies: readonly string[], by: 1 | -1) => {
    for (const body of bodies) {
      const { runId } = JSON.parse(body) as { readonly runId: string };
      queued.set(runId, (queued.get(runId) ?? 0) + by);
    }
    most = Math.max(most, [...queued.values()].filter((messages) => messages > 0).length);
  };
  return {
    intercept: async (call, proceed) => {
      const label = labelOf(call, names);
      const answer = await proceed();
      if (answer.status !== 200) return answer;
      if (label === 'send objects') add(bodiesOf(call.body, 'Entries', 'MessageBody'), 1);
      if (label === 'receive objects') add(bodiesOf(answer.body, 'Messages', 'Body'), -1);
      return answer;
    },
    most: () => most,
  };
}

const bodiesOf = (body: Body, list: string, field: string): string[] =>
  ((body[list] ?? []) as readonly Body[]).map((each) => String(each[field]));
