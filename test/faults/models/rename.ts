import type { Chance } from './chance';

/** A deploy after which the collector is named `renamed` instead of `model`. */
export interface Rename {
  /** Milliseconds after the beginning. */
  readonly afterMs: number;
  /** For how long functions of both releases are called: a stack updates one function after the other. */
  readonly bothForMs: number;
}

/** The collector's name in the release that is called at `ms` after the beginning. */
export function nameAt(ms: number, rename: Rename | undefined, chance: Chance): string {
  const sinceMs = rename ? ms - rename.afterMs : -1;
  if (!rename || sinceMs < 0) return 'model';
  return sinceMs < rename.bothForMs && chance.hits(0.5) ? 'model' : 'renamed';
}
