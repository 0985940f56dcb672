import { chunksOf, groupBy } from '../core/lists';
import { holdFor } from '../core/pacing';
import type { OutgoingTask } from '../core/ports';
import { messageVersion } from '../core/task';
import { noteDelay } from './note-delay';
import type { Pipeline } from './pipeline';
import type { Done, Group } from './save-collected';

/** Sends what needs another try as new, smaller messages; those that wait as long go together. */
export async function sendBack(
  pipeline: Pipeline,
  group: Group,
  done: readonly Done[],
): Promise<void> {
  const again = done.filter((each) => each.kind === 'again');
  if (again.length === 0) return;
  const byTry = groupBy(again, ({ again: { attempt, why } }) => `${String(attempt)} ${why}`);
  const tasks = [...byTry.values()].flatMap((alike) =>
    chunksOf(alike, group.run.settings.objectsPerMessage).map((chunk) =>
      retryTask(pipeline, group, chunk),
    ),
  );
  await pipeline.queue.send(tasks);
  const longest = Math.max(...again.map(({ again: { delaySeconds } }) => delaySeconds));
  await noteDelay(pipeline, group.run, longest);
}

function retryTask(
  pipeline: Pipeline,
  { run, page, generation, isolated }: Group,
  chunk: readonly Extract<Done, { kind: 'again' }>[],
): OutgoingTask {
  const seconds = Math.max(...chunk.map(({ again }) => again.delaySeconds));
  const { delaySeconds, notBefore } = holdFor(seconds, pipeline.now());
  return {
    task: {
      v: messageVersion,
      task: 'objects',
      runId: run.runId,
      generation,
      page,
      attempt: chunk[0]?.again.attempt ?? 1,
      objects: chunk.map(({ member }): [number, string] => [member.index, member.objectId]),
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(isolated ? { isolated } : {}),
    },
    delaySeconds,
  };
}
