/** The range that dynalite asks a table for; keys are as it makes them: `<hash>/<partition>/<sort>/`. */
export interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** Items of a partition, ascending by key: key, JSON, bytes, key, JSON, bytes … in one flat array, to be small. */
export type Partition = (string | number)[];
const stride = 3;

/** An item as it is stored. */
export interface Stored {
  readonly key: string;
  readonly text: string;
  readonly bytes: number;
}

/** The partition of a key: dynalite writes both of its first parts without a slash. */
export function partitionOf(key: string): string {
  const first = key.indexOf('/');
  const second = first < 0 ? -1 : key.indexOf('/', first + 1);
  return second < 0 ? '' : key.slice(0, second);
}

/** The item of this key. */
export function find(partition: Partition, key: string): Stored | undefined {
  const at = lowerBound(partition, key);
  return partition[at] === key ? storedAt(partition, at) : undefined;
}

/** Puts an item in its place. @returns the bytes of the one that it replaces, 0 when there was none */
export function insert(partition: Partition, { key, text, bytes }: Stored): number {
  const at = lowerBound(partition, key);
  const before = partition[at] === key ? (partition[at + 2] as number) : 0;
  partition.splice(at, before > 0 ? stride : 0, key, text, bytes);
  return before;
}

/** Takes an item out. @returns its bytes, 0 when it was not there */
export function remove(partition: Partition, key: string): number {
  const at = lowerBound(partition, key);
  if (partition[at] !== key) return 0;
  const before = partition[at + 2] as number;
  partition.splice(at, stride);
  return before;
}

/** The items within a range, in its order. */
export function* within(
  partitions: ReadonlyMap<string, Partition>,
  range: Range,
): Generator<Stored> {
  let left = range.limit === undefined || range.limit < 0 ? Infinity : range.limit;
  for (const name of namesWithin(partitions, range)) {
    const partition = [...(partitions.get(name) ?? [])];
    const [from, to] = boundsOf(partition, range);
    const count = (to - from) / stride;
    for (let n = 0; n < count; n += 1, left -= 1) {
      if (left === 0) return;
      const at = range.reverse === true ? to - stride * (n + 1) : from + stride * n;
      yield storedAt(partition, at);
    }
  }
}

const storedAt = (partition: Partition, at: number): Stored => ({
  key: partition[at] as string,
  text: partition[at + 1] as string,
  bytes: partition[at + 2] as number,
});

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
