/** How a command ends; `--help` and docs/cli.md say the same. */
export const exitCodes = {
  /** It did what was asked; a run that was followed is SUCCEEDED or PARTIAL, and its listing is not short. */
  good: 0,
  /** The run failed, or was not started. */
  failed: 1,
  /** What was asked cannot be done: a bad option, no such run, no access, a report that cannot be written. */
  usage: 2,
  /** Ctrl-C while a run was followed. A deployed run goes on; that of `pollard dev` ends. */
  interrupted: 130,
} as const;
