import type {
  ExpiryChange,
  NewRecord,
  ObjectKey,
  RecordExpiry,
  RecordStore,
  SavedRecord,
  UnsavedRecord,
} from '../shared/core/ports/record-store';
import type { Writing } from '../shared/core/ports/writing';
import type { Run } from '../shared/core/run';
import { memoryTable, type Hooks } from './memory-table';

/** Saved records in memory; it passes the suite of the real one. */
export function memoryRecordStore(hooks?: Hooks): RecordStore {
  const records = memoryTable<StoredRecord>('records', hooks);
  return {
    save: async (run, list, writing) => {
      const unsaved: UnsavedRecord[] = [];
      for (const [at, record] of list.entries()) {
        const item = storedRecord(run.runId, record, writing);
        try {
          await records.write('save', keyIn(run, item), () => item);
        } catch {
          unsaved.push({ at, refusal: undefined });
        }
      }
      return unsaved;
    },
    saveDistinct: async (run, record, writing) => {
      const item = storedRecord(run.runId, record, writing);
      const saved = await records.write('saveDistinct', keyIn(run, item), (there) =>
        !there || (there.page === item.page && there.index === item.index) ? item : undefined,
      );
      return saved ? 'saved' : 'duplicate';
    },
    readMany: async ({ collector, runId }, objectIds) => {
      const found: SavedRecord[] = [];
      for (const objectId of new Set(objectIds)) {
        const item = await records.read('readMany', keyOf({ collector, objectId }, runId));
        if (!item) continue;
        const { expiresAt: _, validators: __, ...saved } = item;
        found.push(saved);
      }
      return found;
    },
    readPrevious: async ({ collector, runId }, objectId) => {
      const history = await records.query('readPrevious', keyOf({ collector, objectId }, ''));
      const previous = history.filter((item) => item.runId < runId).at(-1);
      return (
        previous && {
          ...expiryIn(previous),
          record: previous.record,
          validators: previous.validators,
        }
      );
    },
    readNewest: async (object, limit, before) => {
      const history = await records.query('readNewest', keyOf(object, ''));
      return history
        .filter(({ runId }) => before === undefined || runId < before)
        .toReversed()
        .slice(0, limit)
        .map(expiryIn);
    },
    changeExpiry: async (object, runId, change) => {
      const changed = await records.write('changeExpiry', keyOf(object, runId), (there) =>
        there && expects(there.expiresAt, change)
          ? { ...there, expiresAt: change.kind === 'keep' ? undefined : change.expiresAt }
          : undefined,
      );
      return changed !== undefined;
    },
  };
}

type StoredRecord = SavedRecord &
  Pick<NewRecord, 'validators'> & { readonly expiresAt: number | undefined };

const expiryIn = ({ runId, expiresAt }: StoredRecord): RecordExpiry => ({ runId, expiresAt });

function expects(expiresAt: number | undefined, change: ExpiryChange): boolean {
  switch (change.kind) {
    case 'keep':
      return true;
    case 'renew':
      return expiresAt !== undefined && expiresAt <= change.expiresAt;
    case 'expire':
      return expiresAt === undefined || expiresAt === change.expiresAt;
  }
}

const keyOf = (object: ObjectKey, runId: string): string =>
  `${JSON.stringify([object.collector, object.objectId])}${runId}`;

const keyIn = ({ collector }: Pick<Run, 'collector'>, { objectId, runId }: SavedRecord): string =>
  keyOf({ collector, objectId }, runId);

const storedRecord = (
  runId: string,
  { objectId, page, index, record, validators, lasting = false }: NewRecord,
  { expiresAt }: Writing,
): StoredRecord => ({
  objectId,
  runId,
  page,
  index,
  record,
  validators,
  expiresAt: lasting ? undefined : expiresAt,
});
