import { seeded } from '../../../shared/core/random';

/** Chance that a seed repeats. */
export interface Chance {
  /** From 0 to below 1. */
  readonly next: () => number;
  /** A whole number from 0 to below `n`. */
  readonly below: (n: number) => number;
  readonly hits: (probability: number) => boolean;
  readonly pick: <T>(list: readonly [T, ...T[]]) => T;
}

/** Creates chance that is the same for the same seed. */
export function seededChance(seed: number): Chance {
  // Seeds in a row would start alike.
  const next = seeded(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b));
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    hits: (probability) => next() < probability,
    pick: (list) => list[below(list.length)] ?? list[0],
  };
}
