/** Ctrl-C, as something to wait for. */
export interface Interruption {
  /** Resolves at the first Ctrl-C (SIGINT, SIGTERM). */
  readonly happened: Promise<void>;
  /** Waits for work, which goes on unwatched after an interruption. @throws Interrupted */
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
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const happened = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  return {
    happened,
    race: (work) => raceWith(signal, work),
    stop: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

/** Leaves nothing behind on the signal: with `--schedule` there are many races before it fires. */
function raceWith<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(new Interrupted('Ctrl-C'));
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work
      .finally(() => {
        signal.removeEventListener('abort', onAbort);
      })
      .then(resolve, reject);
  });
}
