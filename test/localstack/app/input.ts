/** What a run of the suite's collectors is to do; ids by page. */
export interface Input {
  readonly pages?: readonly (readonly string[])[];
  /** Numbered pages, listed in parallel. @default - pages by token */
  readonly numbered?: boolean;
  /** Objects whose first fetch in each environment fails. */
  readonly flaky?: readonly string[];
  /** Objects that fail for good. */
  readonly failing?: readonly string[];
  /** Objects that kill the function that fetches them. */
  readonly deadly?: readonly string[];
  /** Objects, and pages by their number, that the source holds back until the run is this old. */
  readonly held?: {
    readonly seconds: number;
    readonly ids?: readonly string[];
    readonly page?: number;
  };
  /** Objects that are unchanged once they have a record. */
  readonly kept?: readonly string[];
}
