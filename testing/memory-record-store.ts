import type { NewRecord, RecordStore, SavedRecord, UnsavedRecord } from '../shared/core/ports';
import { memoryTable, type Hooks } from './memory-table';

/** Saved records in memory; it passes the suite of the real one. */
export function memoryRecordStore(hooks?: Hooks): RecordStore {
  const records = memoryTable<SavedRecord>('records', hooks);
  return {
    save: async (run, list) => {
      const unsaved: UnsavedRecord[] = [];
      for (const [at, record] of list.entries()) {
        const item = savedRecord(run.runId, record);
        try {
          await records.write('save', keyOf(run.collector, item), () => item);
        } catch {
          unsaved.push({ at, refusal: undefined });
        }
      }
      return unsaved;
    },
    saveDistinct: async (run, record) => {
      const item = savedRecord(run.runId, record);
      const saved = await records.write('saveDistinct', keyOf(run.collector, item), (there) =>
        !there || (there.page === item.page && there.index === item.index) ? item : undefined,
      );
      return saved ? 'saved' : 'duplicate';
    },
    readMany: async ({ collector, runId }, objectIds) => {
      const found: SavedRecord[] = [];
      for (const objectId of new Set(objectIds)) {
        const item = await records.read('readMany', keyOf(collector, { objectId, runId }));
        if (item) found.push(item);
      }
      return found;
    },
    readPrevious: async ({ collector, runId }, objectId) => {
      const history = await records.query(
        'readPrevious',
        keyOf(collector, { objectId, runId: '' }),
      );
      return history.filter((item) => item.runId < runId).at(-1)?.record;
    },
  };
}

const keyOf = (collector: string, { objectId, runId }: Pick<SavedRecord, 'objectId' | 'runId'>) =>
  `${JSON.stringify([collector, objectId])}${runId}`;

const savedRecord = (runId: string, { objectId, page, index, record }: NewRecord): SavedRecord => ({
  objectId,
  runId,
  page,
  index,
  record,
});
