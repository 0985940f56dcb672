import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { consume, consumeDeadLetters, eachAlone } from '../../../functions/consume';
import { StoreError } from '../../../shared/core/errors';
import type { Task } from '../../../shared/core/task';
import type { Delivery, Pipeline } from '../../../shared/pipeline/pipeline';
import { memoryPipeline, noon } from '../../../testing/memory-pipeline';
import { memoryTaskQueue } from '../../../testing/memory-task-queue';
import { deliverCallbacks, deliverObjects, deliverPages } from '../../support/deliver';

const runId = `shop@${noon}`;
const objects = {
  v: 1,
  task: 'objects',
  runId,
  generation: 0,
  page: 0,
  attempt: 1,
  objects: [[0, 'a']],
};
const callback = { v: 1, task: 'callback', runId, generation: 0, reason: 'done' };

/** A message of the objects queue. */
const message = (messageId: string, body: unknown, receiveCount = 1, from = 'objects') =>
  ({
    messageId,
    receiptHandle: `handle of ${messageId}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: String(receiveCount) },
    eventSourceARN: `arn:aws:sqs:eu-west-1:1:${from}`,
  }) as SQSRecord;
const event = (...Records: SQSRecord[]): SQSEvent => ({ Records });

/** A pipeline, and what its queue was asked to deliver again: the handle, and after how many seconds. */
function testPipeline(options: Parameters<typeof memoryPipeline>[0] = {}) {
  const memory = memoryPipeline(options);
  const again: [string, number][] = [];
  const changeVisibility = (_: string, handles: readonly string[], seconds: number) => {
    again.push(...handles.map((handle): [string, number] => [handle, seconds]));
    return Promise.resolve();
  };
  const before = (call: string) => {
    if (memory.refused.has(call)) throw new StoreError(`${call}: refused`);
  };
  const { queues, ...queue } = memoryTaskQueue({ before });
  return {
    memory,
    queues,
    pipeline: { ...memory.pipeline, queue: { ...queue, changeVisibility } },
    again,
  };
}

const none = () => Promise.resolve(new Set<string>());
const failures = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

/** Consumes objects. @returns the answer to Lambda, and what was worked on */
async function consumeObjects(pipeline: Pipeline, sent: SQSEvent, failed: readonly string[] = []) {
  const worked: Delivery<Task>[] = [];
  const answer = await consume(
    pipeline,
    sent,
    { kind: 'objects', endsAt: pipeline.now() + 120_000 },
    (deliveries) => {
      worked.push(...deliveries);
      return Promise.resolve(new Set(failed));
    },
  );
  return { answer, worked };
}

describe('a batch of messages', () => {
  it('is worked on as deliveries, and fails by no message when the work does not', async () => {
    const { pipeline, again } = testPipeline();
    const sent = event(message('m1', objects), message('m2', objects));
    const { answer, worked } = await consumeObjects(pipeline, sent);
    expect(worked).toEqual([
      { messageId: 'm1', receiveCount: 1, task: objects },
      { messageId: 'm2', receiveCount: 1, task: objects },
    ]);
    expect(answer).toEqual(failures());
    expect(again).toEqual([]);
  });

  it('fails by the messages whose work failed, and by no other', async () => {
    const { pipeline } = testPipeline();
    const sent = event(message('m1', objects), message('m2', objects), message('m3', objects));
    const { answer } = await consumeObjects(pipeline, sent, ['m2', 'm3']);
    expect(answer).toEqual(failures('m2', 'm3'));
  });

  it('has each failed message delivered again after 2, 4, 8 … 60 seconds', async () => {
    const { pipeline, again } = testPipeline();
    const ids = ['m1', 'm2', 'm5', 'm6', 'm7'];
    const sent = event(
      ...ids.map((id) => message(id, objects, Number(id.slice(1)))),
      message('fine', objects),
      message('unknown queue', objects, 1, 'elsewhere'),
    );
    await consumeObjects(pipeline, sent, [...ids, 'unknown queue']);
    expect(again.slice(-ids.length)).toEqual([
      ['handle of m1', 2],
      ['handle of m2', 4],
      ['handle of m5', 32],
      ['handle of m6', 60],
      ['handle of m7', 60],
    ]);
  });

  it('has what may kill the function delivered again soon after its end, not after the visibility timeout', async () => {
    const { pipeline, again } = testPipeline();
    await consumeObjects(pipeline, event(message('m1', objects), message('m2', objects, 2)));
    expect(again).toEqual([['handle of m2', 150]]);
    await consumeObjects(pipeline, event(message('alone', objects, 1, 'isolation')));
    expect(again.slice(1)).toEqual([['handle of alone', 150]]);
    const short = { kind: 'objects', endsAt: pipeline.now() + 2_000 } as const;
    await consume(pipeline, event(message('m3', objects, 3)), short, none);
    expect(again.slice(2)).toEqual([['handle of m3', 4]]);
  });

  it('leaves a callback to its visibility timeout, for the delivery before may still hold the run', async () => {
    const { pipeline, again } = testPipeline();
    const ofCallbacks = { kind: 'callback', endsAt: pipeline.now() + 2_000 } as const;
    await consume(pipeline, event(message('m1', callback, 2, 'callbacks')), ofCallbacks, none);
    expect(again).toEqual([]);
  });

  it('fails by what cannot be read and by a task of another kind, and works on the rest', async () => {
    const { pipeline, memory } = testPipeline();
    const sent = event(
      message('garbage', '{'),
      message('other', callback),
      message('good', objects),
    );
    const { answer, worked } = await consumeObjects(pipeline, sent);
    expect(answer).toEqual(failures('garbage', 'other'));
    expect(worked.map(({ messageId }) => messageId)).toEqual(['good']);
    expect(memory.logged).toEqual([
      {
        level: 'error',
        message: 'A message cannot be read',
        data: { messageId: 'garbage', error: expect.stringContaining('body: expected JSON') },
      },
    ]);
  });

  it('of which nothing can be read is not worked on', async () => {
    const { pipeline } = testPipeline();
    let calls = 0;
    await consume(pipeline, event(message('garbage', '{')), { kind: 'objects', endsAt: 0 }, () => {
      calls += 1;
      return none();
    });
    expect(calls).toBe(0);
  });
});

describe('a message of an unknown version', () => {
  const later = JSON.stringify({ v: 99, runId, anything: true });

  it('goes back to its queue for a minute while its run is under way', async () => {
    const { pipeline, memory, queues } = testPipeline();
    await memory.start({ scheduledTime: noon });
    const { answer, worked } = await consumeObjects(pipeline, event(message('m1', later)));
    expect({ answer, worked }).toEqual({ answer: failures(), worked: [] });
    expect(queues.objects).toEqual([{ body: later, delaySeconds: 60 }]);
    expect(memory.logged.at(-1)).toEqual({
      level: 'warn',
      message: 'A message of an unknown version waits',
      data: { messageId: 'm1', runId },
    });
  });

  it('goes back to its queue while the run is completed', async () => {
    const { pipeline, memory, queues } = testPipeline({ refused: new Set(['finish']) });
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    await deliverObjects(memory);
    await expect(deliverCallbacks(memory)).rejects.toThrow('finish: refused');
    expect((await memory.run()).status).toBe('COMPLETING');
    expect((await consumeObjects(pipeline, event(message('m1', later)))).answer).toEqual(
      failures(),
    );
    expect(queues.objects).toEqual([{ body: later, delaySeconds: 60 }]);
  });

  it.each([
    ['its run is not there', {}, message('m1', later), failures()],
    ['it names no run', {}, message('m1', { v: 99 }), failures('m1')],
    ['its queue is not known', {}, message('m1', later, 1, 'elsewhere'), failures('m1')],
    [
      'its run cannot be read',
      { refused: new Set(['readRun']) },
      message('m1', later),
      failures('m1'),
    ],
  ])('is dropped or fails when %s', async (_, options, sent, answer) => {
    const { pipeline, memory } = testPipeline(options);
    expect((await consumeObjects(pipeline, event(sent))).answer).toEqual(answer);
    expect(memory.logged.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});

describe('a batch of dead letters', () => {
  it('fails by what could not be dealt with, and parks what cannot be read', async () => {
    const { pipeline, memory, queues } = testPipeline();
    const worked: string[] = [];
    const sent = event(message('garbage', '{'), message('bad', callback), message('m1', objects));
    const answer = await consumeDeadLetters(pipeline, sent, ({ messageId, task }) => {
      if (task.task === 'callback') throw new Error('not now');
      worked.push(messageId);
      return Promise.resolve();
    });
    expect(answer).toEqual(failures('bad'));
    expect(worked).toEqual(['m1']);
    expect(queues.parked).toEqual([{ body: '{', delaySeconds: 0 }]);
    expect(memory.logged).toMatchObject([
      {
        level: 'error',
        message: 'A message failed and is delivered again',
        data: { messageId: 'bad', error: 'Error: not now' },
      },
    ]);
  });

  it('fails by one that could not be parked', async () => {
    const { pipeline } = testPipeline({ refused: new Set(['sendRaw']) });
    const answer = await consumeDeadLetters(pipeline, event(message('garbage', '{')), () =>
      Promise.resolve(),
    );
    expect(answer).toEqual(failures('garbage'));
  });
});

describe('deliveries that are each worked on alone', () => {
  it('fail alone, with their place in the batch', async () => {
    const { pipeline, memory } = testPipeline();
    const deliveries = ['m1', 'm2', 'm3'].map((messageId) => ({
      messageId,
      receiveCount: 1,
      task: objects as Task,
    }));
    const failed = await eachAlone(pipeline, deliveries, ({ messageId }, at) => {
      if (at === 1) return Promise.reject(new Error(`${messageId} at ${at}`));
      return Promise.resolve();
    });
    expect([...failed]).toEqual(['m2']);
    expect(memory.logged.map(({ data }) => data)).toMatchObject([
      { messageId: 'm2', error: 'Error: m2 at 1' },
    ]);
  });
});
