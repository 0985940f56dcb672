import { RateLimitedError } from '../../../shared/collector/definition';
import { bodyOf } from '../../../shared/aws/sqs/task-queue';
import { utf8Bytes } from '../../../shared/core/item-size';
import { limits } from '../../../shared/core/limits';
import type { OutgoingTask } from '../../../shared/core/ports/task-queue';
import { memoryPipeline, noon } from '../../../testing/memory-pipeline';
import { deliverPages } from '../../support/deliver';

/** Ids that are as long in a message as ids can be: JSON writes each of their characters as six bytes. */
const longestIds = Array.from({ length: limits.objectsPerPage }, (_, at) =>
  String(at).padStart(limits.objectIdBytes, '\u0001'),
);

const objectsOf = (sent: readonly OutgoingTask[]): [number, string][] =>
  sent.flatMap(({ task }) => (task.task === 'objects' ? task.objects : []));

function expectToFit(sent: readonly OutgoingTask[]): void {
  for (const { task } of sent) {
    expect(utf8Bytes(bodyOf(task))).toBeLessThanOrEqual(limits.messageBytes);
  }
}

/** A run of a page with the longest ids, all in one message if they fit. */
async function listed(ids: readonly string[]) {
  const memory = memoryPipeline({
    collector: {
      listPage: () => ({ objects: ids }),
      fetch: {
        object: () => {
          throw new RateLimitedError('slow down', { retryAfterSeconds: 1 });
        },
      },
    },
    settings: { objectsPerMessage: limits.objectsPerPage },
  });
  await memory.start({ scheduledTime: noon });
  await deliverPages(memory);
  return memory;
}

const all = longestIds.map((id, index): [number, string] => [index, id]);

describe('messages of objects whose ids are as long as they can be', () => {
  it('are cut by their bytes when a page is listed', async () => {
    const memory = await listed(longestIds);
    const sent = memory.take('objects');
    expect(sent).toHaveLength(2);
    expectToFit(sent);
    expect(objectsOf(sent)).toEqual(all);
  });

  it('are cut by their bytes when they are sent back, and when they are isolated', async () => {
    const memory = await listed(longestIds);
    const [first, second] = memory.take('objects').map(({ task }) => task);
    expect([...(await memory.objects([first!, second!]))]).toEqual([]);
    const again = memory.take('objects');
    expectToFit(again);
    expect(objectsOf(again)).toEqual(all);
    await memory.bury(first!);
    await memory.bury(second!);
    const isolated = memory.take('isolation');
    expectToFit(isolated);
    expect(objectsOf(isolated)).toEqual(all);
  });

  it.each([
    ['plain text', 'x'],
    ['three bytes a character', '€'],
  ])('are one message where their ids are %s', async (_, character) => {
    const pad = Math.floor((limits.objectIdBytes - 3) / utf8Bytes(character));
    const ids = longestIds.map(
      (_id, at) => `${String(at).padStart(3, '0')}${character.repeat(pad)}`,
    );
    const sent = (await listed(ids)).take('objects');
    expect(sent).toHaveLength(1);
    expectToFit(sent);
  });
});

it('a page’s message fits with the longest token that it can have', () => {
  const pageToken = '\u0001'.repeat(limits.pageTokenBytes);
  const task = { v: 2, task: 'page', runId: '€'.repeat(341), generation: 1, page: 1 } as const;
  expectToFit([{ task: { ...task, attempt: 1, pageToken } }]);
});
