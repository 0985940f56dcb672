/** The last lines that a pipeline's functions wrote, to tell of a run that failed. */
export interface LogLines {
  readonly add: (functionName: string, line: string) => void;
  /** Takes the lines, oldest first. */
  readonly take: () => string[];
}

/** Keeps so many lines; metrics are left out, and Node's own warnings. */
export function logLines(capacity: number): LogLines {
  let lines: string[] = [];
  return {
    add: (functionName, line) => {
      if (/"_aws"|ExperimentalWarning|--trace-warnings/.test(line)) return;
      lines.push(`${new Date().toISOString().slice(11, 23)} ${functionName} ${line}`);
      if (lines.length > 2 * capacity) lines = lines.slice(-capacity);
    },
    take: () => {
      const taken = lines.slice(-capacity);
      lines = [];
      return taken;
    },
  };
}
