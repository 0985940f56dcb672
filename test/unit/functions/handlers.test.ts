import { noMeter } from '../../../shared/pipeline/bill-meter';
import type { Context, SQSEvent } from 'aws-lambda';
import { callbackHandler } from '../../../functions/callback';
import { deadLetterHandler } from '../../../functions/dead-letter';
import { lambdaHandlers } from '../../../functions/index';
import { objectHandler } from '../../../functions/object';
import { pageHandler } from '../../../functions/page';
import { reconcileHandler } from '../../../functions/reconcile';
import { startHandler } from '../../../functions/start';
import type { QueueName } from '../../../shared/core/ports/task-queue';
import { memoryPipeline, noon, type MemoryPipelineOptions } from '../../../testing/memory-pipeline';

/** The six handlers on stores in memory, and how often the metrics of an invocation were written. */
function handlersInMemory(options: MemoryPipelineOptions = {}) {
  const memory = memoryPipeline(options);
  const flushed = { times: 0 };
  const runtime = () => ({
    pipeline: memory.pipeline,
    readRun: memory.readRun,
    flush: () => {
      flushed.times += 1;
    },
    meter: noMeter,
    writeRest: () => Promise.resolve(),
  });
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
  /** The messages that wait in a queue, as an event of its event source mapping. */
  const take = (queue: QueueName): SQSEvent => ({
    Records: memory.take(queue).map(({ task }, at) => ({
      messageId: `m${at}`,
      receiptHandle: `h${at}`,
      body: JSON.stringify(task),
      attributes: { ApproximateReceiveCount: '1' } as SQSEvent['Records'][number]['attributes'],
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:eu-west-1:1:${queue}`,
      awsRegion: 'eu-west-1',
    })),
  });
  return {
    memory,
    flushed,
    take,
    start: (event: unknown) => startHandler(runtime)(event, context),
    page: (event: SQSEvent) => pageHandler(runtime)(event, context),
    object: (event: SQSEvent) => objectHandler(runtime)(event, context),
    callback: (event: SQSEvent) => callbackHandler(runtime)(event, context),
    deadLetter: (event: SQSEvent) => deadLetterHandler(runtime)(event, context),
    reconcile: () => reconcileHandler(runtime)({}, context),
  };
}

const none = { batchItemFailures: [] };
const tick = { scheduledTime: noon };

describe('the handlers of a pipeline', () => {
  it('take a run from its start to its end, and write the metrics of each invocation', async () => {
    const { start, page, object, callback, reconcile, take, memory, flushed } = handlersInMemory();
    expect(await start(tick)).toMatchObject({ outcome: 'started' });
    expect(await page(take('pages'))).toEqual(none);
    expect(await object(take('objects'))).toEqual(none);
    expect(await callback(take('callbacks'))).toEqual(none);
    await reconcile();
    expect(await memory.run()).toMatchObject({
      status: 'SUCCEEDED',
      result: { counts: { saved: 2 } },
    });
    expect(flushed.times).toBe(5);
  });

  it('give each object of a dead letter a message of its own', async () => {
    const { start, page, deadLetter, take, memory } = handlersInMemory();
    await start(tick);
    await page(take('pages'));
    await memory.pipeline.pages.noteIsolation(`shop@${noon}`, 0, Infinity, Infinity);
    expect(await deadLetter(take('objects'))).toEqual(none);
    expect(take('isolation').Records).toHaveLength(2);
  });

  it('fail by the message whose work failed, and count an onComplete that threw', async () => {
    const { start, page, object, callback, take, memory, flushed } = handlersInMemory({
      collector: {
        onComplete: () => {
          throw new Error('not now');
        },
      },
    });
    await start(tick);
    memory.refused.add('putManifest');
    const pages = take('pages');
    expect(await page(pages)).toEqual(none);
    memory.refused.clear();
    await page(take('pages'));
    await object(take('objects'));
    expect(await callback(take('callbacks'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }],
    });
    expect(memory.counted.get('CallbackErrors')).toBe(1);
    expect(flushed.times).toBe(5);
  });

  it('throw what a start and a reconcile cannot repair, and write the metrics all the same', async () => {
    const { start, reconcile, memory, flushed } = handlersInMemory({
      refused: new Set(['readRun', 'addCollectorName']),
    });
    await expect(start(tick)).rejects.toThrow('readRun: refused');
    await expect(reconcile()).rejects.toThrow('addCollectorName: refused');
    expect(memory.counted.size).toBe(0);
    expect(flushed.times).toBe(2);
  });
});

it('the handlers of a collector are made without an environment, which the first invocation reads', async () => {
  const { pipeline } = memoryPipeline();
  const handlers = lambdaHandlers(pipeline.collector);
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
  expect(Object.keys(handlers)).toEqual([
    'start',
    'page',
    'object',
    'callback',
    'deadLetter',
    'reconcile',
  ]);
  await expect(handlers.start(tick, context)).rejects.toThrow(/^Environment: /);
});
