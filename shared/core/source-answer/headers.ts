import { isObject, orUndefined, readSafely } from '../read-safely';

/** Reads a header by its name in lower case; `undefined` when it is absent or empty. */
export type ReadHeader = (name: string) => string | undefined;

/**
 * Makes a reader of headers of any client: a `Headers` object, a `Map`, or an object by name in any case, its values
 * texts, numbers or lists of them.
 */
export function headerReader(headers: unknown): ReadHeader {
  const get = readSafely(headers, 'get');
  const byName = namesOf(headers);
  return (name) =>
    textOf(byName.get(name)) ??
    (typeof get === 'function'
      ? textOf(orUndefined(() => Reflect.apply(get, headers, [name]) as unknown))
      : undefined);
}

/** The own properties of an object by their names in lower case. */
function namesOf(headers: unknown): ReadonlyMap<string, unknown> {
  const keys = isObject(headers) ? orUndefined(() => Object.keys(headers)) : undefined;
  return new Map(keys?.map((key) => [key.toLowerCase(), readSafely(headers, key)]));
}

function textOf(value: unknown): string | undefined {
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  const texts = values.filter((each) => typeof each === 'string' || typeof each === 'number');
  const text = texts.join(', ').trim();
  return text === '' ? undefined : text;
}
