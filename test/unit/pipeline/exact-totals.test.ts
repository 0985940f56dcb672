import fc from 'fast-check';
import type { CompletedRun } from '../../../shared/collector/definition';
import { runCompletedDetail } from '../../../shared/core/run-completed';
import { completed } from '../../../testing/memory-pipeline';

/** Runs objects that each add what the list says, and gives what became of the sums. */
async function summed(parts: readonly (number | bigint)[]) {
  const seen: CompletedRun[] = [];
  const memory = await completed({
    collector: {
      listPage: () => ({ objects: parts.map((_, at) => String(at)) }),
      crunch: (id: string) => ({ record: {}, totals: { sum: parts[Number(id)] ?? 0, objects: 1 } }),
      onComplete: (run) => {
        seen.push(run);
      },
    },
  });
  return { memory, run: await memory.run(), seen: seen[0] };
}

describe('a total beyond 2^53', () => {
  it('is exact in exactTotals and in the run, and the nearest number in totals', async () => {
    const parts = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1, 3];
    const { memory, run, seen } = await summed(parts);
    const exact = 2n * BigInt(Number.MAX_SAFE_INTEGER) + 4n;
    expect(seen?.exactTotals).toEqual({ sum: exact, objects: 4n });
    expect(seen?.totals).toEqual({ sum: Number(exact), objects: 4 });
    expect(run.result?.totals).toEqual({ sum: exact, objects: 4n });
    const plain = {
      totals: { sum: Number(exact), objects: 4 },
      exactTotals: { sum: String(exact), objects: '4' },
    };
    expect(runCompletedDetail('stack/shop', run)).toMatchObject(plain);
    const line = memory.logged.find(({ message }) => message === 'Run completed');
    expect(line?.data).toMatchObject(plain);
  });

  it('is summed exactly from bigints, in whatever order they come', async () => {
    const most = 10n ** 30n - 1n;
    const part = fc.oneof(fc.bigInt(-most, most), fc.maxSafeInteger());
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 50 }), async (parts) => {
        const { seen } = await summed(parts);
        const exact = parts.reduce<bigint>((sum, each) => sum + BigInt(each), 0n);
        expect(seen?.exactTotals['sum']).toBe(exact);
        expect(seen?.totals['sum']).toBe(Number(exact));
      }),
      { numRuns: 50 },
    );
  });
});

it('a run whose totals are safe integers has no totals as text', async () => {
  const { run } = await summed([1, 2n]);
  expect(runCompletedDetail('stack/shop', run)).toMatchObject({ totals: { sum: 3, objects: 2 } });
  expect(runCompletedDetail('stack/shop', run)).not.toHaveProperty('exactTotals');
});
