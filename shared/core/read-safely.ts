/**
 * Runs what may call code that is not ours: a getter, a `toString`, the traps of a proxy.
 * @returns `undefined` when it throws
 */
export function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Reads a property of anything; `undefined` when there is none, or when reading it throws. */
export const readSafely = (value: unknown, key: PropertyKey): unknown =>
  isObject(value) ? orUndefined(() => Reflect.get(value, key) as unknown) : undefined;

/** Whether a value can have properties of its own. */
export const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Links of a chain of causes that are looked at, at most. */
const mostCauses = 4;

/** Looks through an error and its causes, the outermost first. @returns the first result that is not `undefined` */
export function findInCauses<T>(
  error: unknown,
  find: (link: unknown) => T | undefined,
): T | undefined {
  let link = error;
  for (let at = 0; at < mostCauses && link !== undefined; at += 1) {
    const found = find(link);
    if (found !== undefined) return found;
    link = readSafely(link, 'cause');
  }
  return undefined;
}

/** Names the kind of a value, for "expected …, got …". Never throws. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  if (orUndefined(() => Array.isArray(value))) return 'an array';
  const name = readSafely(readSafely(value, 'constructor'), 'name');
  return typeof name === 'string' && name !== '' ? name : 'object';
}

/** The first `length` characters of a text, or one less where the last would be half of a pair. */
export function head(text: string, length: number): string {
  const lastUnit = text.charCodeAt(length - 1);
  const splitsPair = text.length > length && lastUnit >= 0xd800 && lastUnit < 0xdc00;
  return text.slice(0, splitsPair ? length - 1 : length);
}
