import { Readable } from 'node:stream';
import { hasTooManyDigits, itemBytes, maxItemBytes, type Item } from './item-size';
import { find, insert, partitionOf, remove, within, type Partition, type Range } from './partition';

/** Node's callback convention, as dynalite has it. */
export type Callback = (error?: unknown, value?: unknown) => void;

/** The reads and writes of the current request, in bytes of each item; 0 is an absent item. */
export interface Ledger {
  readonly reads: number[];
  readonly writes: { readonly before: number; readonly after: number }[];
}

/** The ledger of the current request, if there is one. */
export interface LedgerOfNow {
  current: Ledger | undefined;
}

/** The storage of a table: the methods that dynalite calls, and those of the embedded cloud. */
export interface ItemDb {
  get(key: string, callback: Callback): void;
  put(key: string, item: Item, callback: Callback): void;
  del(key: string, callback: Callback): void;
  batch(changes: readonly { readonly key: string }[], callback: Callback): void;
  createValueStream(range: Range): Readable;
  createKeyStream(): Readable;
  /** Runs `work` at once: everything here is synchronous, so nothing else can be under way. */
  lock(key: string, work: (release: (done: Callback) => Callback) => void): void;
  /** Puts an item of this many bytes that is known to be sound. */
  putSound(key: string, item: Item, bytes: number): void;
  /** All items, as JSON. */
  texts(): Iterable<string>;
  /** Bytes of all items. */
  storedBytes(): number;
}

/**
 * A table's items in memory, as JSON, by partition. dynalite keeps them in a LevelDB, asked over several turns of the event
 * loop a write; this one answers at once, so that a request is done in one turn, and knows what it reads and writes.
 */
export function itemDb(now: LedgerOfNow): ItemDb {
  const partitions = new Map<string, Partition>();
  let stored = 0;

  const putSound = (key: string, item: Item, bytes: number): void => {
    const name = partitionOf(key);
    let partition = partitions.get(name);
    if (!partition) partitions.set(name, (partition = []));
    const before = insert(partition, { key, text: JSON.stringify(item), bytes });
    stored += bytes - before;
    now.current?.writes.push({ before, after: bytes });
  };
  const del = (key: string): void => {
    const name = partitionOf(key);
    const partition = partitions.get(name);
    const before = partition ? remove(partition, key) : 0;
    if (partition?.length === 0) partitions.delete(name);
    stored -= before;
    now.current?.writes.push({ before, after: 0 });
  };
  const get = (key: string): unknown => {
    const partition = partitions.get(partitionOf(key));
    const found = partition && find(partition, key);
    now.current?.reads.push(found?.bytes ?? 0);
    return found && JSON.parse(found.text);
  };
  const values = function* (range: Range, ledger: Ledger | undefined): Generator {
    for (const { text, bytes } of within(partitions, range)) {
      ledger?.reads.push(bytes);
      yield JSON.parse(text);
    }
  };

  return {
    get: (key, callback) => {
      callback(undefined, get(key));
    },
    put: (key, item, callback) => {
      const bytes = itemBytes(item);
      const refused = refusal(item, bytes);
      if (!refused) putSound(key, item, bytes);
      callback(refused);
    },
    del: (key, callback) => {
      del(key);
      callback();
    },
    batch: (changes, callback) => {
      for (const { key } of changes) del(key);
      callback();
    },
    createValueStream: (range) => Readable.from(values(range, now.current)),
    createKeyStream: () => Readable.from([...within(partitions, {})].map(({ key }) => key)),
    lock: (_key, work) => {
      work((done) => done);
    },
    putSound,
    texts: function* () {
      for (const { text } of within(partitions, {})) yield text;
    },
    storedBytes: () => stored,
  };
}

/** Returns the error, in dynalite's form, of an item that DynamoDB does not store. */
function refusal(item: Item, bytes: number): Error | undefined {
  if (bytes > maxItemBytes) return invalid('Item size has exceeded the maximum allowed size');
  if (!hasTooManyDigits(item)) return undefined;
  return invalid('Attempting to store more than 38 significant digits in a Number');
}

const invalid = (message: string): Error =>
  Object.assign(new Error(message), {
    statusCode: 400,
    body: { __type: 'com.amazon.coral.validate#ValidationException', message },
  });
