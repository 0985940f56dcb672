import * as fc from 'fast-check';
import { limits } from '../../../shared/core/limits';
import type { Run } from '../../../shared/core/run';
import { unclaimedFault } from '../../../shared/core/total-names';
import { totalNameClaims } from '../../../shared/pipeline/object/claim-totals';
import { completed, memoryPipeline, noon } from '../../../testing/memory-pipeline';
import type { Hooks } from '../../../testing/memory-table';
import { memoryTotalNameStore } from '../../../testing/memory-total-name-store';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** A collector whose objects have the totals that their number says. */
const collectorOf = (objects: number, totalsOf: (at: number) => Record<string, number>) => ({
  listPage: () => ({ objects: upTo(objects).map((at) => `o${at}`) }),
  crunch: (id: string) => ({ record: { id }, totals: totalsOf(Number(id.slice(1))) }),
});

describe('a run with many names of totals', () => {
  it('has as many as the limit allows, and fails each object that goes beyond it by name', async () => {
    const collector = collectorOf(400, (at) => ({ [`country_${at}`]: 1, objects: 1 }));
    const memory = await completed({ collector });
    const { status, result } = await memory.run();
    expect(status).toBe('FAILED');
    expect(result?.counts).toMatchObject({ listed: 400, saved: 99, failed: 301, pending: 0 });
    expect(Object.keys(result?.totals ?? {})).toHaveLength(limits.totalNames);
    expect(result?.totals).toMatchObject({ objects: 99n, country_0: 1n, country_98: 1n });
    const failures = await memory.pipeline.pages.readFailures(`shop@${noon}`, 0);
    expect(failures).toHaveLength(301);
    expect(failures[0]?.error).toBe(
      'NonRetryableError: totals: the run has 100 names already; expected at most 100 in a run, got 1 more: country_99',
    );
  });

  it('saves an object with 100 names, and sums them over its others', async () => {
    const totals = Object.fromEntries(upTo(limits.totalNames).map((at) => [`n${at}`, at]));
    const memory = await completed({ collector: collectorOf(300, () => totals) });
    const { status, result } = await memory.run();
    expect(status).toBe('SUCCEEDED');
    expect(result?.totals['n99']).toBe(99n * 300n);
  });

  it('leaves out an object whose names do not fit, and takes the next one whose names do', async () => {
    const names = (count: number, prefix: string) =>
      Object.fromEntries(upTo(count).map((at) => [`${prefix}${at}`, 1]));
    const parts = [names(60, 'a'), names(60, 'b'), names(40, 'c'), names(60, 'a')];
    const memory = await completed({ collector: collectorOf(4, (at) => parts[at] ?? {}) });
    const failures = await memory.pipeline.pages.readFailures(`shop@${noon}`, 0);
    expect(failures.map(({ objectId }) => objectId)).toEqual(['o1']);
    expect(failures[0]?.error).toContain('got 60 more: b0, b1, b2, …');
  });
});

describe('claiming names', () => {
  const run = { ...({} as Run), runId: 'r', startedAt: 0, settings: { retentionDays: 90 } } as Run;

  function countedStore(hooks: Hooks = {}) {
    const calls: string[] = [];
    const before = async (call: string): Promise<void> => {
      calls.push(call);
      await hooks.before?.(call);
    };
    return { calls, store: memoryTotalNameStore({ ...hooks, before }) };
  }

  it('reads once, and writes once for the names that a run lacks', async () => {
    const { calls, store } = countedStore();
    const claim = totalNameClaims(store);
    await Promise.all([claim(run, [['a', 'b']]), claim(run, [['b'], ['a']]), claim(run, [[]])]);
    await claim(run, [['a'], ['b']]);
    expect(calls.splice(0)).toEqual(['readTotalNames', 'claimTotalNames']);
    await claim(run, [['c']]);
    expect(calls).toEqual(['claimTotalNames']);
  });

  it('writes nothing in an environment whose names another has claimed', async () => {
    const { calls, store } = countedStore();
    await totalNameClaims(store)(run, [['a', 'b']]);
    calls.splice(0);
    await totalNameClaims(store)(run, [['b'], ['a']]);
    expect(calls).toEqual(['readTotalNames']);
  });

  it('writes nothing for objects without totals', async () => {
    const { calls, store } = countedStore();
    await totalNameClaims(store)(run, [[], []]);
    expect(calls).toEqual([]);
  });

  it('writes nothing more once the run has all of its names', async () => {
    const { calls, store } = countedStore();
    const claim = totalNameClaims(store);
    await claim(run, [upTo(limits.totalNames).map(String)]);
    await claim(run, [['x'], ['y']]);
    expect(calls).toEqual(['readTotalNames', 'claimTotalNames']);
  });

  it('is tried again after a store that refused it', async () => {
    const memory = memoryPipeline({ refused: new Set(['claimTotalNames']) });
    await memory.start({ scheduledTime: noon });
    await memory.page(memory.take('pages')[0]!.task);
    const [task] = memory.take('objects');
    expect([...(await memory.objects([task!.task]))]).toHaveLength(1);
    memory.refused.clear();
    expect([...(await memory.objects([task!.task], { receiveCount: 2 }))]).toEqual([]);
    expect(memory.take('callbacks')).toHaveLength(1);
  });

  it('accepts an object in every environment or in none, in whatever order they claim', async () => {
    const object = fc.uniqueArray(fc.nat({ max: 150 }).map(String), { maxLength: 60 });
    const group = fc.array(object, { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(group, { minLength: 2, maxLength: 5 }),
        fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 20 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }),
        async (groups, waits, lost) => {
          let calls = 0;
          const tables = new Map<string, Map<string, unknown>>();
          const hooks: Hooks = {
            tables,
            before: async () => {
              const turns = waits[(calls += 1) % waits.length] ?? 0;
              for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            },
            sentTwice: () => lost[calls % lost.length] ?? false,
          };
          const claims = groups.map(() => totalNameClaims(memoryTotalNameStore(hooks)));
          const answers = await Promise.all(
            groups.map(async (objects, at) => {
              const claimed = await claims[at]!(run, objects);
              return objects.map((names) => unclaimedFault(claimed, names) === undefined);
            }),
          );
          const names = tables.get('totalNames')?.get('r') as ReadonlySet<string> | undefined;
          expect(names?.size ?? 0).toBeLessThanOrEqual(limits.totalNames);
          groups.forEach((objects, at) => {
            objects.forEach((wanted, index) => {
              const all = new Set([...(names ?? []), ...wanted]);
              expect(answers[at]?.[index]).toBe(all.size === (names?.size ?? 0));
              // What was left out does not fit now either.
              if (!answers[at]?.[index]) expect(all.size).toBeGreaterThan(limits.totalNames);
            });
          });
        },
      ),
    );
  });
});
