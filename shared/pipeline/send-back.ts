import { groupBy } from '../core/lists';
import type { RetryOutcome } from '../core/object-outcome';
import { holdFor } from '../core/pacing';
import type { OutgoingTask } from '../core/ports';
import { messagesOf } from '../core/task';
import { noteDelay } from './note-delay';
import { objectsTask } from './objects-task';
import type { Pipeline } from './pipeline';
import type { Group, MemberWithOutcome } from './save-collected';

type Retry = MemberWithOutcome & { readonly outcome: RetryOutcome };

const idOf = ({ member }: Retry): string => member.objectId;

const isRetry = (done: MemberWithOutcome): done is Retry => done.outcome.kind === 'retry';

/** Sends what needs another try as new, smaller messages; those that wait as long go together. */
export async function sendBack(
  pipeline: Pipeline,
  group: Group,
  done: readonly MemberWithOutcome[],
): Promise<void> {
  const retries = done.filter(isRetry);
  if (retries.length === 0) return;
  const byTry = groupBy(retries, ({ outcome: { attempt, why } }) => `${String(attempt)} ${why}`);
  const tasks = [...byTry.values()].flatMap((alike) =>
    messagesOf(alike, group.run.settings.objectsPerMessage, idOf).map((chunk) =>
      retryTask(pipeline, group, chunk),
    ),
  );
  await pipeline.queue.send(tasks);
  const longest = Math.max(...retries.map(({ outcome: { delaySeconds } }) => delaySeconds));
  await noteDelay(pipeline, group.run, longest);
}

function retryTask(
  pipeline: Pipeline,
  { run, page, generation, isolated }: Group,
  chunk: readonly Retry[],
): OutgoingTask {
  const seconds = Math.max(...chunk.map(({ outcome }) => outcome.delaySeconds));
  return objectsTask(
    {
      runId: run.runId,
      generation,
      page,
      attempt: chunk[0]?.outcome.attempt ?? 1,
      objects: chunk.map(({ member }): [number, string] => [member.index, member.objectId]),
      ...(isolated ? { isolated } : {}),
    },
    holdFor(seconds, pipeline.now()),
  );
}
