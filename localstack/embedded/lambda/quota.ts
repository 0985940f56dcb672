/** An account's concurrent executions. */
export interface Quota {
  readonly limit: number;
  /** Executions under way. */
  running(): number;
  /** Whether an execution could start now. */
  free(): boolean;
  /** Resolves when an execution may start, which it then has; false when it may not within this time or any more. */
  acquire(functionName: string, waitMs: number): Promise<boolean>;
  release(functionName: string): void;
  close(): void;
}

interface Waiter {
  readonly functionName: string;
  readonly settle: (acquired: boolean) => void;
}

/**
 * Executions are handed to the function that has the fewest; among those, to the one that waits longest. AWS gives one to the
 * first call after it becomes free; this keeps a busy function from starving the others.
 */
export function quota(limit: number): Quota {
  const running = new Map<string, number>();
  const waiting = new Set<Waiter>();
  let total = 0;
  let closed = false;

  const take = (functionName: string) => {
    total += 1;
    running.set(functionName, (running.get(functionName) ?? 0) + 1);
  };
  const next = (): Waiter | undefined => {
    let best: Waiter | undefined;
    for (const waiter of waiting) {
      const fewer =
        !best || (running.get(waiter.functionName) ?? 0) < (running.get(best.functionName) ?? 0);
      if (fewer) best = waiter;
    }
    return best;
  };
  const handOut = () => {
    while (total < limit) {
      const waiter = next();
      if (!waiter) break;
      take(waiter.functionName);
      waiter.settle(true);
    }
  };

  return {
    limit,
    running: () => total,
    free: () => total < limit && waiting.size === 0,
    acquire: (functionName, waitMs) => {
      if (closed) return Promise.resolve(false);
      if (total < limit && waiting.size === 0) {
        take(functionName);
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const settle = (acquired: boolean) => {
          clearTimeout(timeout);
          waiting.delete(waiter);
          resolve(acquired);
        };
        const timeout = setTimeout(() => {
          settle(false);
        }, waitMs);
        const waiter: Waiter = { functionName, settle };
        waiting.add(waiter);
      });
    },
    release: (functionName) => {
      total -= 1;
      running.set(functionName, (running.get(functionName) ?? 1) - 1);
      handOut();
    },
    close: () => {
      closed = true;
      for (const waiter of [...waiting]) waiter.settle(false);
    },
  };
}
