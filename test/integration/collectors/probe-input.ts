/** What a run of the probe collector is to do; ids by page. */
export interface ProbeInput {
  readonly pages?: readonly (readonly string[])[];
  /** Numbered pages, listed in parallel. @default - pages by token */
  readonly numbered?: boolean;
  /** Pages whose first listing fails. */
  readonly flakyPages?: readonly number[];
  /** Objects whose first fetch fails. */
  readonly flaky?: readonly string[];
  /** Objects that fail for good. */
  readonly failing?: readonly string[];
  /** Objects whose first fetch is answered with a rate limit of 1 s. */
  readonly limited?: readonly string[];
  /** Objects that are unchanged once they have a record. */
  readonly keep?: readonly string[];
  /** `onComplete` fails for good at its first call for the run. */
  readonly failingCallback?: boolean;
  /** Each page says of its objects `{ of: id }`. */
  readonly listed?: boolean;
  /** Totals that each object adds to. */
  readonly totals?: Readonly<Record<string, number>>;
}
