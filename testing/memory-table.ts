/** Functions that a test runs around each call of a store. An error of `before` or `after` is thrown to the caller. */
export interface Hooks {
  /** Before the call takes effect: throw for a call that was refused, wait for one that is slow. */
  readonly before?: (call: string) => void | Promise<void>;
  /** After it took effect: throw for an answer that was lost. */
  readonly after?: (call: string) => void | Promise<void>;
  /** Whether a write took effect, its answer was lost, and the SDK sent it again. */
  readonly sentTwice?: (call: string) => boolean;
  /** Where the items are kept, by the name of the table. Stores that are given the same one share their items. */
  readonly tables?: Map<string, Map<string, unknown>>;
}

/** Items by key, as DynamoDB has them: each call reads or writes one of them atomically. */
export interface MemoryTable<T> {
  read(call: string, key: string): Promise<T | undefined>;
  /**
   * @param change the item as it shall be, or `undefined` when the condition fails
   * @returns the item as it then is, or `undefined` when the condition failed
   */
  write(
    call: string,
    key: string,
    change: (there: T | undefined) => T | undefined,
  ): Promise<T | undefined>;
  remove(call: string, key: string): Promise<void>;
  /** Every item whose key starts so, in order of key. */
  query(call: string, prefix: string): Promise<T[]>;
}

/** Items are never changed in place, so they can be handed out as they are. */
export function memoryTable<T>(name: string, hooks: Hooks = {}): MemoryTable<T> {
  const items = itemsOf<T>(name, hooks.tables);
  const around = async <R>(call: string, effect: () => R): Promise<R> => {
    // Awaits cost time, and a model has millions of calls.
    const before = hooks.before?.(call);
    if (before) await before;
    const result = effect();
    const after = hooks.after?.(call);
    if (after) await after;
    return result;
  };
  return {
    read: (call, key) => around(call, () => items.get(key)),
    write: async (call, key, change) => {
      const apply = (): T | undefined => {
        const changed = change(items.get(key));
        if (changed !== undefined) items.set(key, changed);
        return changed;
      };
      if (hooks.sentTwice?.(call)) {
        await hooks.before?.(call);
        apply();
      }
      return around(call, apply);
    },
    remove: (call, key) =>
      around(call, () => {
        items.delete(key);
      }),
    query: (call, prefix) =>
      around(call, () =>
        [...items.keys()]
          .filter((key) => key.startsWith(prefix))
          .sort()
          .flatMap((key) => items.get(key) ?? []),
      ),
  };
}

function itemsOf<T>(name: string, tables: Hooks['tables']): Map<string, T> {
  const kept = tables?.get(name) ?? new Map<string, unknown>();
  tables?.set(name, kept);
  return kept as Map<string, T>;
}

/** Puts an item that is absent. */
export const ifAbsent =
  <T>(item: T) =>
  (there: T | undefined): T | undefined =>
    there === undefined ? item : undefined;
