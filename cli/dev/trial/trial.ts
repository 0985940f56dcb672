/** The ways in which `pollard dev` runs a collector differently from its deployment. */
export interface Trial {
  /** The objects to collect. @default - all that it lists */
  readonly part?: Part | undefined;
  /** Whether its calls have a timeout of an hour, for stops at breakpoints. @default false */
  readonly isPatient?: boolean;
}

/** A part of what a collector lists. */
export type Part =
  /** The first objects of the listing. */
  | { readonly kind: 'first'; readonly objects: number }
  /** One object; the return values of its fetchers and of `crunch` are written to the log. */
  | { readonly kind: 'object'; readonly id: string };

/** A line of the log with the return value of a call for an object. */
export interface ReturnedLine {
  /** Distinguishes the line from those that a collector writes. */
  readonly pollardReturned: {
    /** `fetch.reading`, or `crunch`. */
    readonly call: string;
    readonly objectId: string;
    readonly ms: number;
    /** The value, as Node's `inspect` writes it. */
    readonly value: string;
  };
}
