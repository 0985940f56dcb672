import type { JsonValue } from '../../../shared/collector/definition';
import { runItem } from '../../../shared/aws/dynamodb/run-item';
import { itemBytes } from '../../../shared/core/item-size';
import type { Run } from '../../../shared/core/run';
import { fromItem } from '../../../shared/aws/dynamodb/attributes';
import { runDataReader } from '../../../shared/pipeline/run-data';
import { memoryPipeline, noon, pump, type MemoryPipeline } from '../../../testing/memory-pipeline';

const large = 'x'.repeat(60_000);
const handOn = ({ pipeline }: MemoryPipeline, state: JsonValue) =>
  pipeline.runs.putState('shop', { scheduledTime: '2026-01-01T11:00:00.000Z', state }, noon);
const bytesOf = (run: Run) => itemBytes(fromItem(runItem(run, 1)) as never);

describe("a run's input and state", () => {
  it('reach every function of the collector from items of their own', async () => {
    const seen: unknown[] = [];
    const note = (context: { run: { input: unknown }; state: unknown }) => {
      seen.push([context.run.input, context.state]);
    };
    const memory = memoryPipeline({
      collector: {
        pageCount: (context) => {
          note(context);
          return 1;
        },
        listPage: (context) => {
          note(context);
          return { objects: ['a'] };
        },
        fetch: {
          object: (_, context) => {
            note(context);
          },
        },
        crunch: (_, __, context) => {
          note(context);
          return { record: {} };
        },
        onComplete: (_, context) => {
          note(context);
        },
      },
    });
    await handOn(memory, { cursor: 7 });
    await memory.start({ scheduledTime: noon, input: { since: null } });
    await pump(memory);
    expect(seen).toEqual(Array.from({ length: 5 }, () => [{ since: null }, { cursor: 7 }]));
  });

  it.each<[string, JsonValue]>([
    ['null', null],
    ['false', false],
    ['0', 0],
    ['an empty text', ''],
  ])('may be %s', async (_, value) => {
    const memory = memoryPipeline();
    await handOn(memory, value);
    await memory.start({ scheduledTime: noon, input: value });
    const data = await memory.pipeline.dataOf(await memory.run());
    expect(data).toEqual({ input: value, state: value });
  });

  it('leave the run, the lease and the active run small', async () => {
    const memory = memoryPipeline({ settings: { overlap: 'bufferOne' } });
    const { runs } = memory.pipeline;
    await handOn(memory, large);
    await memory.start({ scheduledTime: noon, input: large });
    await memory.start({ scheduledTime: '2026-01-01T12:00:30.000Z', input: large });
    const lease = await runs.readLease('shop');
    expect(lease.buffered?.inputKey).toBeDefined();
    expect(lease.holder?.input ?? lease.buffered?.input).toBeUndefined();
    expect((await runs.listActive('shop'))[0]?.request.input).toBeUndefined();
    // One read unit, less than DynamoDB's 4 KB: the memory store's keys are the values themselves.
    const { inputKey: _, stateKey: __, ...run } = await memory.run();
    expect(bytesOf({ ...run, inputKey: 'k'.repeat(43), stateKey: 'k'.repeat(43) })).toBeLessThan(
      2_048,
    );
  });

  it('of a run of the release before, which carries them itself, are those', async () => {
    const { pipeline } = memoryPipeline();
    const old = { runId: 'shop@x', input: { a: 1 }, state: 'cursor' };
    expect(await pipeline.dataOf(old)).toEqual({ input: { a: 1 }, state: 'cursor' });
  });

  it('are read once for each run, and again after a read that failed', async () => {
    let reads = 0;
    const read = runDataReader({
      readData: (_, key) => {
        reads += 1;
        return reads === 1 ? Promise.reject(new Error('throttled')) : Promise.resolve(key);
      },
    });
    const run = { runId: 'shop@x', inputKey: 'in' };
    await expect(read(run)).rejects.toThrow('throttled');
    for (let at = 0; at < 3; at += 1) expect((await read(run)).input).toBe('in');
    expect(reads).toBe(2);
    await read({ runId: 'shop@y', inputKey: 'in' });
    expect(reads).toBe(3);
  });

  it('are handed out as copies: what one batch does to them, the next one does not see', async () => {
    const { pipeline } = memoryPipeline();
    const inputKey = await pipeline.runs.putData('shop@x', { ids: [1] }, 1);
    const run = { runId: 'shop@x', inputKey };
    ((await pipeline.dataOf(run)).input as { ids: number[] }).ids.push(2);
    expect((await pipeline.dataOf(run)).input).toEqual({ ids: [1] });
  });

  it('that are gone send the message back, and say which item', async () => {
    const memory = memoryPipeline();
    await expect(memory.pipeline.dataOf({ runId: 'shop@x', stateKey: 'gone' })).rejects.toThrow(
      'shop@x: the item of its state is gone',
    );
  });

  it('are stored before the run: a start that dies there starts with them when it is repeated', async () => {
    const seen: unknown[] = [];
    const memory = memoryPipeline({
      collector: { listPage: ({ run }) => (seen.push(run.input), { objects: [] }) },
    });
    memory.refused.add('putRun');
    const event = { scheduledTime: noon, input: 1 };
    await expect(memory.start(event)).rejects.toThrow('putRun: refused');
    memory.refused.clear();
    memory.passSeconds(120);
    await memory.reconcile();
    await pump(memory);
    expect(seen).toEqual([1]);
    expect((await memory.run()).status).toBe('SUCCEEDED');
  });

  it('of two starts of one run stay apart: the run has the input of the start that wrote it', async () => {
    const seen: unknown[] = [];
    const memory = memoryPipeline({
      collector: { listPage: ({ run }) => (seen.push(run.input), { objects: [] }) },
    });
    await memory.start({ scheduledTime: noon, input: 'first' });
    await memory.start({ scheduledTime: noon, input: 'second' });
    await pump(memory);
    expect(new Set(seen)).toEqual(new Set(['first']));
  });
});
