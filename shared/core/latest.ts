/** A map that keeps its latest entries. */
export interface Latest<V> {
  get(key: string): V | undefined;
  /** Makes an entry the latest. The oldest one is forgotten where there would be too many. */
  set(key: string, value: V): void;
  delete(key: string): void;
}

/** A function that returns the promise that is kept for a key, or makes it; one that rejects is not kept. */
export type Remember<V> = (key: string, make: () => Promise<V>) => Promise<V>;

/** Remembers the results of the latest `capacity` keys that were asked for. */
export function remember<V>(capacity: number): Remember<V> {
  const promises = latest<Promise<V>>(capacity);
  return (key, make) => {
    const promise = promises.get(key) ?? make();
    promises.set(key, promise);
    promise.catch(() => {
      promises.delete(key);
    });
    return promise;
  };
}

/** Makes a map of at most `capacity` entries. */
export function latest<V>(capacity: number): Latest<V> {
  const entries = new Map<string, V>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      const oldest = entries.keys().next();
      if (entries.size > capacity && !oldest.done) entries.delete(oldest.value);
    },
    delete: (key) => {
      entries.delete(key);
    },
  };
}
