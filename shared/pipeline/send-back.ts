import { groupBy } from '../core/lists';
import { dueTogether } from '../core/retry';
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

/** The warning of a wait that a collector gave and that is none. */
export const ignoredWaitMessage =
  "RateLimitedError.retryAfterSeconds is ignored: expected seconds, 0 or more, within the run's deadline; " +
  'the wait grows from 1 to 60 s instead';

/** Sends what needs another try as new, smaller messages; those that are due at about the same time go together. */
export async function sendBack(
  pipeline: Pipeline,
  group: Group,
  done: readonly MemberWithOutcome[],
): Promise<void> {
  const retries = done.filter(isRetry);
  if (retries.length === 0) return;
  const byTry = groupBy(
    retries,
    ({ outcome: { attempt, refusals } }) => `${String(attempt)} ${String(refusals)}`,
  );
  const tasks = [...byTry.values()]
    .flatMap((alike) => dueTogether(alike, ({ outcome }) => outcome.delaySeconds))
    .flatMap((due) => messagesOf(due, group.run.settings.objectsPerMessage, idOf))
    .map((chunk) => retryTask(pipeline, group, chunk));
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
  const { attempt = 1, refusals = 0 } = chunk[0]?.outcome ?? {};
  return objectsTask(
    {
      runId: run.runId,
      generation,
      page,
      attempt,
      ...(refusals > 0 ? { refusals } : {}),
      objects: chunk.map(({ member }): [number, string] => [member.index, member.objectId]),
      ...(isolated ? { isolated } : {}),
    },
    holdFor(seconds, pipeline.now()),
  );
}
