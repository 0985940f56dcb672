/** How `pollard dev` runs a collector otherwise than it is deployed. */
export interface Trial {
  /** Which objects it collects. @default - all that it lists */
  readonly part?: Part | undefined;
  /** Whether its calls have an hour: a person who stops at a breakpoint takes time. @default false */
  readonly isPatient?: boolean;
}

/** A part of what a collector lists. */
export type Part =
  /** The first objects of the listing. */
  | { readonly kind: 'first'; readonly objects: number }
  /** One object; what each of its fetchers and `crunch` returned is written to the log. */
  | { readonly kind: 'object'; readonly id: string };

/** A line of the log that says what a call for an object returned. */
export interface ReturnedLine {
  /** Tells the line from those that a collector writes itself. */
  readonly pollardReturned: {
    /** `fetch.reading`, or `crunch`. */
    readonly call: string;
    readonly objectId: string;
    readonly ms: number;
    /** The value, as Node's `inspect` writes it. */
    readonly value: string;
  };
}
