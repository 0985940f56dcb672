/** How `npm start` ends; `--help` says the same. */
export const exitCodes = {
  /** The run ended SUCCEEDED or PARTIAL; or Ctrl-C where that is how it ends. */
  good: 0,
  /** It did not, or something broke. */
  bad: 1,
  /** A bad option, an unknown collector, a report that cannot be written. */
  usage: 2,
  /** Ctrl-C in the middle of a run. */
  interrupted: 130,
} as const;
