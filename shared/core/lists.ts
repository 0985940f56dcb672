/** Cuts a list into pieces of at most `size`. */
export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < list.length; at += size) chunks.push(list.slice(at, at + size));
  return chunks;
}

/** Cuts a list into two halves, the first of which is the longer one by one if need be. */
export function halvesOf<T>(list: readonly T[]): [T[], T[]] {
  const half = Math.ceil(list.length / 2);
  return [list.slice(0, half), list.slice(half)];
}

/** The limits of a piece of a list. */
export interface PieceLimits {
  readonly items: number;
  readonly bytes: number;
}

/** Cuts a list into pieces within both limits; an item that is beyond `bytes` is a piece of its own. */
export function piecesOf<T>(
  list: readonly T[],
  limits: PieceLimits,
  bytesOf: (item: T) => number,
): T[][] {
  const pieces: T[][] = [];
  let piece: T[] = [];
  let bytes = 0;
  for (const item of list) {
    const itemBytes = bytesOf(item);
    const full = piece.length === limits.items || bytes + itemBytes > limits.bytes;
    if (full && piece.length > 0) {
      pieces.push(piece);
      piece = [];
      bytes = 0;
    }
    piece.push(item);
    bytes += itemBytes;
  }
  return piece.length > 0 ? [...pieces, piece] : pieces;
}

/** Sorts a list into groups by key, in order of first appearance. */
export function groupBy<T, K>(list: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Adds up the values of a record. */
export const sumOfValues = (record: Readonly<Record<string, number>>): number =>
  Object.values(record).reduce((sum, value) => sum + value, 0);
