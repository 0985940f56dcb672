/** Ctrl-C, as something to wait for. */
export interface Interruption {
  /** Resolves at the first Ctrl-C (SIGINT, SIGTERM). */
  readonly happened: Promise<void>;
  readonly signal: AbortSignal;
  /** Waits, or ends at once with an interruption. @throws Interrupted */
  sleep(ms: number): Promise<void>;
  /** Waits for what does not end by itself at an interruption. @throws Interrupted */
  race<T>(work: Promise<T>): Promise<T>;
  /** From now on Ctrl-C ends the process again. */
  stop(): void;
}

/** Thrown where the program was when Ctrl-C came. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Listens for Ctrl-C. A second one ends the process at once, whatever it is at. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const onSignal = (): void => {
    if (signal.aborted) process.exit(130);
    controller.abort(new Interrupted('Ctrl-C'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const happened = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  const interrupted = happened.then((): never => {
    throw new Interrupted('Ctrl-C');
  });
  interrupted.catch(() => undefined);
  const race = <T>(work: Promise<T>): Promise<T> => Promise.race([work, interrupted]);
  return {
    happened,
    signal,
    race,
    sleep: async (ms) => {
      let timer: NodeJS.Timeout | undefined;
      try {
        await race(new Promise((resolve) => (timer = setTimeout(resolve, ms))));
      } finally {
        clearTimeout(timer);
      }
    },
    stop: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
