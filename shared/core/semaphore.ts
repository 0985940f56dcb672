/** Runs tasks, a limited number at the same time, the others in the order they came. */
export type Semaphore = <T>(task: () => Promise<T>) => Promise<T>;

/** Creates a semaphore of `size` permits. */
export function semaphore(size: number): Semaphore {
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
