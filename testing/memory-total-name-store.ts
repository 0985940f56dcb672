import { limits } from '../shared/core/limits';
import type { TotalNameStore } from '../shared/core/ports/chord-store';
import { memoryTable, type Hooks } from './memory-table';

/** The names of totals in memory; it passes the suite of the real one. */
export function memoryTotalNameStore(hooks?: Hooks): TotalNameStore {
  const runs = memoryTable<ReadonlySet<string>>('totalNames', hooks);
  const read = async (runId: string): Promise<ReadonlySet<string>> =>
    (await runs.read('readTotalNames', runId)) ?? new Set();
  return {
    read,
    claim: async (runId, names) => {
      const claimed = await runs.write('claimTotalNames', runId, (there = new Set()) =>
        there.size > 0 && there.size + names.length > limits.totalNames
          ? undefined
          : new Set([...there, ...names]),
      );
      return claimed ?? read(runId);
    },
  };
}
