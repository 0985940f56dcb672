/** Runs tasks, so many at the same time, the others in the order they came. */
export type Pool = <T>(task: () => Promise<T>) => Promise<T>;

/** A pool of `size` places. */
export function pool(size: number): Pool {
  let free = size;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      release();
    }
  };
}
