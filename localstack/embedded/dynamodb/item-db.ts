import { Readable } from 'node:stream';
import { hasTooManyDigits, itemBytes, maxItemBytes, type Item } from './item-size';

/** Node's callback convention, as dynalite has it. */
export type Callback = (error?: unknown, value?: unknown) => void;

/** The range that dynalite asks a table for; keys are as it makes them: `<hash>/<partition>/<sort>/`. */
export interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** What the request under way reads and writes, in bytes of the items, each on its own; 0 is an absent item. */
export interface Ledger {
  readonly reads: number[];
  readonly writes: { readonly before: number; readonly after: number }[];
}

/** Where the ledger of the request under way is found. */
export interface LedgerOfNow {
  current: Ledger | undefined;
}

/** What dynalite needs of a table's storage. */
export interface ItemDb {
  get(key: string, callback: Callback): void;
  put(key: string, item: Item, callback: Callback): void;
  del(key: string, callback: Callback): void;
  batch(changes: readonly { readonly key: string }[], callback: Callback): void;
  createValueStream(range: Range): Readable;
  createKeyStream(): Readable;
  /** Runs `work` at once: everything here is synchronous, so nothing else can be under way. */
  lock(key: string, work: (release: (done: Callback) => Callback) => void): void;
  /** Bytes of all items. */
  storedBytes(): number;
}

/** Items of a partition, ascending by key: key, JSON, bytes, key, JSON, bytes … in one flat array, to be small. */
type Partition = (string | number)[];
const stride = 3;

/**
 * A table's items in memory, as JSON, by partition. dynalite keeps them in a LevelDB, asked over several turns of the event
 * loop a write; this one answers at once, so that a request is done in one turn, and knows what it reads and writes.
 */
export function itemDb(now: LedgerOfNow): ItemDb {
  const partitions = new Map<string, Partition>();
  let stored = 0;

  const put = (key: string, item: Item): void => {
    const bytes = itemBytes(item);
    if (bytes > maxItemBytes) throw invalid('Item size has exceeded the maximum allowed size');
    if (hasTooManyDigits(item)) {
      throw invalid('Attempting to store more than 38 significant digits in a Number');
    }
    const name = partitionOf(key);
    let partition = partitions.get(name);
    if (!partition) partitions.set(name, (partition = []));
    const at = lowerBound(partition, key);
    const before = partition[at] === key ? (partition[at + 2] as number) : 0;
    partition.splice(at, before > 0 ? stride : 0, key, JSON.stringify(item), bytes);
    stored += bytes - before;
    now.current?.writes.push({ before, after: bytes });
  };
  const del = (key: string): void => {
    const name = partitionOf(key);
    const partition = partitions.get(name) ?? [];
    const at = lowerBound(partition, key);
    const before = partition[at] === key ? (partition[at + 2] as number) : 0;
    now.current?.writes.push({ before, after: 0 });
    if (before === 0) return;
    partition.splice(at, stride);
    stored -= before;
    if (partition.length === 0) partitions.delete(name);
  };
  const get = (key: string): unknown => {
    const partition = partitions.get(partitionOf(key)) ?? [];
    const at = lowerBound(partition, key);
    const found = partition[at] === key;
    now.current?.reads.push(found ? (partition[at + 2] as number) : 0);
    return found ? JSON.parse(partition[at + 1] as string) : undefined;
  };
  const cells = function* (range: Range): Generator<readonly [Partition, number]> {
    for (const name of namesWithin(partitions, range)) {
      const partition = [...(partitions.get(name) ?? [])];
      const [from, to] = boundsOf(partition, range);
      const count = (to - from) / stride;
      for (let n = 0; n < count; n += 1) {
        yield [partition, range.reverse === true ? to - stride * (n + 1) : from + stride * n];
      }
    }
  };
  const values = function* (range: Range, ledger: Ledger | undefined): Generator {
    let left = range.limit === undefined || range.limit < 0 ? Infinity : range.limit;
    for (const [partition, at] of cells(range)) {
      if (left === 0) return;
      left -= 1;
      ledger?.reads.push(partition[at + 2] as number);
      yield JSON.parse(partition[at + 1] as string);
    }
  };
  const keys = function* (): Generator {
    for (const [partition, at] of cells({})) yield partition[at];
  };

  return {
    get: (key, callback) => {
      callback(undefined, get(key));
    },
    put: (key, item, callback) => {
      tried(() => {
        put(key, item);
      }, callback);
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
    createKeyStream: () => Readable.from(keys()),
    lock: (_key, work) => {
      work((done) => done);
    },
    storedBytes: () => stored,
  };
}

/** An error as dynalite has them. */
const invalid = (message: string): Error =>
  Object.assign(new Error(message), {
    statusCode: 400,
    body: { __type: 'com.amazon.coral.validate#ValidationException', message },
  });

function tried(work: () => void, callback: Callback): void {
  try {
    work();
  } catch (error) {
    callback(error);
    return;
  }
  callback();
}

/** The partition of a key: dynalite writes both of its first parts without a slash. */
function partitionOf(key: string): string {
  const first = key.indexOf('/');
  const second = first < 0 ? -1 : key.indexOf('/', first + 1);
  return second < 0 ? '' : key.slice(0, second);
}

function namesWithin(partitions: ReadonlyMap<string, Partition>, range: Range): string[] {
  const { gt, gte, lt, lte, reverse } = range;
  const one = partitionOf(gte ?? gt ?? '');
  if (one !== '' && one === partitionOf(lt ?? lte ?? '')) return [one];
  const names = [...partitions.keys()].sort();
  return reverse === true ? names.reverse() : names;
}

function boundsOf(partition: Partition, { gt, gte, lt, lte }: Range): [number, number] {
  let from = 0;
  let to = partition.length;
  if (gte !== undefined) from = lowerBound(partition, gte);
  if (gt !== undefined) from = Math.max(from, lowerBound(partition, `${gt}\0`));
  if (lt !== undefined) to = lowerBound(partition, lt);
  if (lte !== undefined) to = Math.min(to, lowerBound(partition, `${lte}\0`));
  return [from, Math.max(from, to)];
}

/** The first cell whose key is not below `key`. */
function lowerBound(partition: Partition, key: string): number {
  let low = 0;
  let high = partition.length / stride;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((partition[middle * stride] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low * stride;
}
