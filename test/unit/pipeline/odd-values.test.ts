import { AuthenticationError } from '../../../shared/collector/definition';
import { failuresOf } from '../../../shared/inspect/completed-run';
import { completed, memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { oddValues } from '../../support/odd-values';

const ten = Array.from({ length: 10 }, (_, n) => `o${n}`);

function thrown(value: unknown): never {
  throw value;
}

describe.each(oddValues)('%s', (_, value) => {
  it('that is thrown for one object fails that one alone, at its last attempt', async () => {
    const { run, pipeline } = await completed({
      collector: {
        attempts: 2,
        listPage: () => ({ objects: ten }),
        fetch: { object: (id) => (id === 'o7' ? thrown(value) : id) },
      },
    });
    const { status, runId, result } = await run();
    expect({ status, ...result?.counts }).toMatchObject({ status: 'FAILED', saved: 9, failed: 1 });
    for await (const failure of failuresOf(pipeline, runId)) {
      expect(failure).toMatchObject({ objectId: 'o7', attempts: 2, error: expect.any(String) });
    }
  });

  it('that crunch returns fails that object alone', async () => {
    const { run } = await completed({
      collector: {
        attempts: 2,
        listPage: () => ({ objects: ten }),
        crunch: (id) => (id === 'o7' ? (value as never) : { record: { id } }),
      },
    });
    expect((await run()).result?.counts).toMatchObject({ saved: 9, failed: 1 });
  });

  it('that is thrown for a page fails its listing, by name', async () => {
    const { run, logged } = await completed({
      collector: { attempts: 2, listPage: () => thrown(value) },
    });
    expect(await run()).toMatchObject({
      status: 'FAILED',
      result: { counts: { unlistedPages: 1 } },
    });
    expect(logged).toContainEqual({
      level: 'error',
      message: 'A page could not be listed',
      data: expect.objectContaining({ error: expect.any(String) }),
    });
  });

  it('that tenantOf throws or returns costs fairness alone', async () => {
    for (const tenantOf of [() => thrown(value), () => value as never]) {
      const { run } = await completed({ collector: { tenantOf } });
      expect((await run()).status).toBe('SUCCEEDED');
    }
  });

  it('that pageCount throws lets go of the lease', async () => {
    const { start, pipeline } = memoryPipeline({ collector: { pageCount: () => thrown(value) } });
    await start({ scheduledTime: noon }).catch(() => undefined);
    expect((await pipeline.runs.readLease('shop')).holder).toBeUndefined();
  });

  it('that is logged changes nothing', async () => {
    const memory = memoryPipeline({
      collector: {
        crunch: (id, _fetched, { logger }) => {
          logger.info(value as never, value as never);
          logger.warn('odd', { value } as never);
          return { record: { id } };
        },
      },
    });
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    expect((await memory.run()).status).toBe('SUCCEEDED');
  });
});

it('a page count that is odd is refused by name', async () => {
  for (const [name, value] of oddValues) {
    // No function can be answered with it: awaiting it throws.
    if (value === undefined || name === 'a revoked proxy') continue;
    const { start } = memoryPipeline({ collector: { pageCount: () => value as never } });
    expect(await start({ scheduledTime: noon })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('pageCount: expected a whole number from 0 to maxPages'),
    });
  }
});

it.each([
  [new AuthenticationError('rotated'), 1],
  [{ status: 401 }, 1],
  [Object.assign(new Error('no'), { status: 403 }), 1],
  [{ status: 404 }, 0],
])('an error %p has the secrets read again %d times', async (error, times) => {
  const { refusals } = await completed({
    collector: { attempts: 1, listPage: () => thrown(error) },
  });
  expect(refusals.count).toBe(times);
});
