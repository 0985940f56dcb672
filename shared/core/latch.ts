/** A party of a countdown latch: parties get something ready at the same time, and may wait for each other. */
export interface Latch {
  /** Says that it is ready, or never will be; saying so again changes nothing. */
  readonly arrive: () => void;
  /** Resolves when all have arrived. */
  readonly all: Promise<void>;
}

/** So many latches. */
export function latch(size: number): readonly Latch[] {
  let left = size;
  let resolve: () => void = () => undefined;
  const all = new Promise<void>((done) => {
    resolve = done;
  });
  return Array.from({ length: size }, () => {
    let arrived = false;
    const arrive = () => {
      if (!arrived && --left === 0) resolve();
      arrived = true;
    };
    return { arrive, all };
  });
}
