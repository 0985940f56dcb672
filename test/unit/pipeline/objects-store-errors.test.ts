import { NonRetryableError } from '../../../shared/collector/definition';
import { pageNode } from '../../../shared/core/chord';
import type { Task } from '../../../shared/core/task';
import { nodesOf } from '../../../shared/inspect/nodes-of';
import { noon } from '../../../testing/memory-pipeline';
import { listed } from '../../support/run-midway';

const runId = `shop@${noon}`;

describe('an error of our own tables or queues', () => {
  it('sends an unsaved record back with the same attempt', async () => {
    const { objects, first, take, pipeline, refused } = await listed();
    refused.add('save');
    expect((await objects([first])).size).toBe(0);
    expect(take('objects')).toMatchObject([{ task: { attempt: 1 }, delaySeconds: 6 }]);
    expect(await nodesOf(pipeline).read(pageNode(runId, 0))).toMatchObject({ pending: [0, 1] });
  });

  it.each(['openSettled', 'putFailures', 'send'])(
    'in %s has the message come again',
    async (call) => {
      const { objects, tasks, refused } = await listed({
        listPage: () => ({ objects: ['good', 'bad', 'later'] }),
        fetch: {
          object: (id) => {
            if (id === 'bad') throw new NonRetryableError('gone');
            if (id === 'later') throw new Error('502');
          },
        },
      });
      refused.add(call);
      expect((await objects(tasks)).size).toBe(1);
      refused.delete(call);
      expect((await objects(tasks, { receiveCount: 2 })).size).toBe(0);
    },
  );

  it('on one page does not touch the others', async () => {
    const { objects, first, pipeline } = await listed();
    const withoutNode = { ...first, page: 7, pageSize: undefined } as Task;
    const failed = await objects([first, withoutNode]);
    expect(failed.size).toBe(1);
    expect(await pipeline.chord.read(pageNode(runId, 0))).toMatchObject({ pending: [] });
  });
});
