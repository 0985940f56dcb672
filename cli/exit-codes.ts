/** How a command ends; `--help` and docs/cli.md say the same. */
export const exitCodes = {
  /** It did what was asked; a run that was waited for is SUCCEEDED or PARTIAL. */
  good: 0,
  /** The run failed, or was not started. */
  failed: 1,
  /** What was asked cannot be done: a bad option, no such run, no access. */
  usage: 2,
  /** Ctrl-C while a run was followed; the run goes on. */
  interrupted: 130,
} as const;
