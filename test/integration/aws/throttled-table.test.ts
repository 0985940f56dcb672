import { recordStore } from '../../../shared/aws/dynamodb/record-store';
import { chunksOf } from '../../../shared/core/lists';
import type { ObjectsTask } from '../../../shared/core/task';
import { collectObjects } from '../../../shared/pipeline/object/collect-objects';
import { listPage } from '../../../shared/pipeline/page/list-page';
import { type Pipeline } from '../../../shared/pipeline/pipeline';
import { timeBudgetOf } from '../../../shared/pipeline/time-budget';
import { start } from '../../../shared/pipeline/start/start';
import type { PageTask } from '../../../shared/core/task';
import { delivery, memoryPipeline } from '../../../testing/memory-pipeline';
import { startTable, type StartedTable } from '../../support/emulators';
import { throttle, throughputOf } from '../../support/throttled';

jest.setTimeout(120_000);

const pages = 8;
const objectsPerPage = 500;
const environments = 10;
const messagesPerInvocation = 10;

/** Collects a run whose record table takes 1,000 write units a second. @returns calls of the source, and the result */
async function collectOn(table: StartedTable, distinct: 'page' | 'run') {
  let calls = 0;
  const memory = memoryPipeline({
    collector: {
      distinct,
      pageCount: pages,
      listPage: ({ pageNumber }) => ({
        objects: Array.from({ length: objectsPerPage }, (_, at) => `${pageNumber}-${at}`),
      }),
      fetch: { object: () => (calls += 1) },
    },
  });
  throttle(table.client, throughputOf(1_000, Date.now));
  const pipelines = Array.from({ length: environments }, (): Pipeline => ({
    ...memory.pipeline,
    now: Date.now,
    records: recordStore(table.client, table.tableName),
  }));
  const [first] = pipelines;
  if (!first) throw new Error('There is no environment');
  const budget = () => timeBudgetOf(Date.now(), 120_000);
  await start(first, { scheduledTime: new Date().toISOString() }, budget());
  for (const { task } of memory.take('pages')) {
    await listPage(first, memory.readRun, delivery(task as PageTask), budget());
  }
  for (let waiting = memory.take('objects'); waiting.length > 0; waiting = memory.take('objects')) {
    const batches = chunksOf(waiting, messagesPerInvocation);
    const work = async (pipeline: Pipeline): Promise<void> => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) {
        const deliveries = batch.map(({ task }) => delivery(task as ObjectsTask));
        await collectObjects(pipeline, memory.readRun, deliveries, budget());
      }
    };
    await Promise.all(pipelines.map(work));
  }
  const [callback] = memory.take('callbacks');
  return { calls, callback, counted: memory.counted, logged: memory.logged };
}

describe('a record table that takes 1,000 write units a second', () => {
  let table: StartedTable;
  beforeEach(async () => {
    table = await startTable();
  });
  afterEach(async () => {
    await table.stop();
  });

  it.each([
    ['in batches', 'page'],
    ['one by one, where objects are distinct in the run', 'run'],
  ] as const)('has the source asked once for each object, %s', async (_, distinct) => {
    const { calls, callback } = await collectOn(table, distinct);
    expect(callback?.task).toMatchObject({ task: 'callback', reason: 'done' });
    expect(calls).toBe(pages * objectsPerPage);
  });
});
