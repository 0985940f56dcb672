import { pageNode } from '../../../shared/core/chord';
import type { Manifest } from '../../../shared/core/ports/page-store';
import type { Run } from '../../../shared/core/run';
import type { ObjectsTask } from '../../../shared/core/task';
import { nodeKey } from '../../../testing/memory-chord-store';
import { pageKey } from '../../../testing/memory-page-store';
import type { Process } from './machine';
import type { WatchedTables } from './watch';

/** How the source answered a call that did not succeed. */
export type Failure =
  | { readonly kind: 'failed' }
  /** Epoch milliseconds before which it is not to be called again. */
  | { readonly kind: 'refused'; readonly until: number };

/** A message as an invocation received it. */
interface Received {
  readonly task: ObjectsTask;
  readonly received: number;
}

/**
 * Watches the attempts and the waits of each object, as the source sees them.
 *
 * What is promised: an answer counts from the end of an invocation that let its message go; one that dies or gives its message
 * back may have noted nothing. An invocation that begins after that knows the answer. It does not call before the wait is over,
 * and answers that know of each other are never more than `attempts`. Only the first delivery of an object's first message looks
 * nothing up: a second one, which SQS or a page that is delivered again makes, may call once more.
 */
export interface RetryWatch {
  readonly begins: (process: Process, batch: readonly Received[]) => void;
  readonly calls: (process: Process, runId: string, objectId: string) => void;
  readonly fails: (process: Process, runId: string, objectId: string, failure: Failure) => void;
  /** @param kept the messages of the invocation's batch that were let go of */
  readonly ends: (process: Process, kept: readonly Received[]) => void;
  /** Reconcile walks. @returns is called when it has ended */
  readonly walks: () => () => void;
}

/** An invocation: what it looks up, and what came of its calls. */
interface Invocation {
  readonly beganAt: number;
  readonly looksUp: ReadonlySet<string>;
  readonly failures: Map<string, Failure & { readonly depth: number }>;
  readonly calls: Map<string, { readonly at: number; readonly depth: number }>;
}

/** What is known of an object, from a moment on. */
interface Known {
  readonly from: number;
  /** Failed tries that knew of each other, this one included. */
  readonly depth: number;
  readonly until: number;
}

const keyOf = (runId: string, objectId: string): string => `${runId} ${objectId}`;

const keysOf = ({ task }: Received): string[] =>
  task.objects.map(([, objectId]) => keyOf(task.runId, objectId));

const isFirst = ({ received, task }: Received): boolean =>
  received === 1 &&
  task.generation === 0 &&
  task.attempt === 1 &&
  (task.refusals ?? 0) === 0 &&
  task.isolated !== true;

/** Makes the watch of a world; `broken` hears which promise was broken. */
export function watchRetries(
  tables: WatchedTables,
  attempts: number,
  now: () => number,
  broken: (promise: string) => void,
): RetryWatch {
  const invocations = new Map<Process, Invocation>();
  const known = new Map<string, Known[]>();
  let moment = 0;
  const walking = new Set<{ alone: boolean }>();

  const knownTo = (key: string, at: number): Known[] =>
    (known.get(key) ?? []).filter(({ from }) => from < at);

  return {
    begins: (process, batch) => {
      const first = new Set(batch.filter(isFirst).flatMap(keysOf));
      invocations.set(process, {
        beganAt: (moment += 1),
        looksUp: new Set(batch.flatMap(keysOf).filter((key) => !first.has(key))),
        failures: new Map(),
        calls: new Map(),
      });
    },
    calls: (process, runId, objectId) => {
      const invocation = invocations.get(process);
      if (!invocation) return;
      const key = keyOf(runId, objectId);
      const answers = invocation.looksUp.has(key) ? knownTo(key, invocation.beganAt) : [];
      const depth = 1 + Math.max(0, ...answers.map((each) => each.depth));
      invocation.calls.set(key, { at: now(), depth });
      if (depth > attempts) broken(`${key} was tried ${depth} times`);
      const earlyMs = (answers.at(-1)?.until ?? 0) - now();
      if (earlyMs > 0) broken(`${key} was called ${earlyMs} ms too early`);
    },
    fails: (process, runId, objectId, failure) => {
      const key = keyOf(runId, objectId);
      const invocation = invocations.get(process);
      const call = invocation?.calls.get(key);
      // An answer that took its time may have come after the timeout: it was never received.
      if (!invocation || call?.at !== now()) return;
      const { depth } = call;
      const { deadline = 0 } = [...tables.runs.values()].find((run) => run.runId === runId) ?? {};
      // A wait beyond the deadline of the run counts as none.
      const isNone = failure.kind === 'refused' && failure.until > deadline;
      invocation.failures.set(key, { ...failure, ...(isNone ? { until: 0 } : {}), depth });
    },
    ends: (process, kept) => {
      const invocation = invocations.get(process);
      invocations.delete(process);
      if (!invocation) return;
      const { beganAt } = invocation;
      for (const key of kept.flatMap(keysOf)) {
        const failure = invocation.failures.get(key);
        if (!failure) continue;
        const before = known.get(key) ?? [];
        const last = before.at(-1);
        const until = failure.kind === 'refused' ? failure.until : 0;
        // Of two at the same time, either may have noted last.
        const overlaps = last !== undefined && last.from > beganAt;
        known.set(key, [
          ...before,
          {
            from: (moment += 1),
            depth: failure.kind === 'failed' ? failure.depth : failure.depth - 1,
            until: overlaps ? Math.min(until, last.until) : until,
          },
        ]);
      }
    },
    walks: () => {
      const began = (moment += 1);
      const walk = { alone: walking.size === 0 };
      for (const other of walking) other.alone = false;
      walking.add(walk);
      const waits = [...tables.runs].map(([key, run]) => ({
        ...run,
        key,
        until: allWaitUntil(
          tables,
          run,
          (objectId) => knownTo(keyOf(run.runId, objectId), began).at(-1)?.until ?? 0,
        ),
      }));
      return () => {
        walking.delete(walk);
        for (const { key, runId, generation, until } of walk.alone ? waits : []) {
          const raised = (tables.runs.get(key)?.generation ?? 0) > generation;
          if (raised && until > now()) broken(`${runId} was sent again while all of it waited`);
        }
      };
    },
  };
}

/** The time until which everything of a run waits; 0 when something does not, or is not listed. */
function allWaitUntil(
  { nodes, tables }: WatchedTables,
  { runId, pageCount, redrivenPages = 0 }: Run,
  untilOf: (objectId: string) => number,
): number {
  let until = Infinity;
  for (let page = 0; ; page += 1) {
    const manifest = tables.get('manifests')?.get(pageKey(runId, page)) as Manifest | undefined;
    const node = nodes.get(nodeKey(pageNode(runId, page)));
    if (!manifest || !node) return 0;
    for (const member of node.pending) {
      until = Math.min(until, untilOf(manifest.objects[member] ?? ''));
    }
    const isLast = page + 1 >= (pageCount ?? redrivenPages) && manifest.nextPageToken === undefined;
    if (isLast) return Number.isFinite(until) ? until : 0;
  }
}
