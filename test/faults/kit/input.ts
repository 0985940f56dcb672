import type { JsonObject } from '../../../shared/core/json';

/** What a run of the kit's collector is told, as its input. Objects are named `<page>-<index>`. */
export interface KitInput {
  /** Objects of each page; their number is the number of pages. */
  readonly sizes: readonly number[];
  /** Whether the source numbers its pages; otherwise they are found by token. */
  readonly numbered: boolean;
  /** Whether the source answers each listing with ids of its own, `<page>-<index>~<nonce>`, and as many as it likes. */
  readonly unstable: boolean;
  /** Whether each page but the first lists the last object of the page before once more. */
  readonly twins: boolean;
  /** The longest that a fetch of an object takes, in milliseconds; at least half of it. */
  readonly sleepMs: number;
  /** Objects whose fetch fails for good. */
  readonly failing: readonly string[];
  /** Objects whose fetch fails every other time, by chance. */
  readonly flaky: readonly string[];
  /** Objects that `crunch` finds unchanged. */
  readonly unchanged: readonly string[];
  /** Objects that are rate limited until `heldUntil` (epoch milliseconds). */
  readonly held: readonly string[];
  readonly heldUntil: number;
  /** The object that kills its environment, `''` for none. */
  readonly poison: string;
  /** Where objects are fetched from over HTTP, `''` for nowhere. */
  readonly source: string;
}

/** A run of one page of one object, with nothing the matter. */
export const plainInput: KitInput = {
  sizes: [1],
  numbered: false,
  unstable: false,
  twins: false,
  sleepMs: 0,
  failing: [],
  flaky: [],
  unchanged: [],
  held: [],
  heldUntil: 0,
  poison: '',
  source: '',
};

/** The input as JSON, for a start event. */
export const jsonOf = (input: KitInput): JsonObject => ({ ...input });

/** The input of a run. */
export const inputOf = (input: unknown): KitInput => ({
  ...plainInput,
  ...(input as Partial<KitInput> | undefined),
});

/** The object's name without what an unstable source put behind it. */
export const nameOf = (id: string): string => id.split('~')[0] ?? id;

/** What an object adds to the total `cents`: it follows from its name, so that a check can sum it again. */
export function centsOf(id: string): number {
  const [page = 0, index = 0] = nameOf(id).split('-').map(Number);
  return page * 1_000 + index + 1;
}
