/** Writes that are under way next to the calls: an invocation does not end before them. */
export interface Writes {
  readonly keep: (write: Promise<unknown>) => void;
  readonly done: () => Promise<void>;
}

/** Keeps track of writes. */
export function trackWrites(): Writes {
  const underWay = new Set<Promise<unknown>>();
  return {
    keep: (write) => {
      const kept: Promise<unknown> = write.finally(() => underWay.delete(kept));
      underWay.add(kept);
    },
    done: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
