import type { Paint } from '../terminal/paint';

/** Lines of functions that are shown; what comes after them is only counted. */
const mostLines = 30;

/**
 * What a line of a function says, where it is one for a person: what the collector logs itself, a warning, an error, or
 * one that is not JSON.
 */
export function lineForPerson(line: string): string | undefined {
  if (!line.startsWith('{')) return line.trim() === '' ? undefined : line;
  try {
    const { level, message, error, runId, by, ...rest } = JSON.parse(line) as Record<
      string,
      unknown
    >;
    const alarming = level === 'WARN' || level === 'ERROR';
    if (!alarming && by !== 'collector') return undefined;
    const why = textOf(error) ?? textOf(rest['errorMessage']);
    return [level, textOf(message), why, textOf(runId)].filter(Boolean).join('  ');
  } catch {
    return line;
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, message } = value as { name?: unknown; message?: unknown };
  return [name, message].filter((part) => typeof part === 'string').join(': ');
}

/** Shows the lines of functions that are for a person; not more than a person reads. */
export function functionLines(
  say: (line: string) => void,
  paint: Paint,
): (functionName: string, line: string) => void {
  let shown = 0;
  return (functionName, line) => {
    const text = lineForPerson(line);
    if (text === undefined || shown > mostLines) return;
    shown += 1;
    say(
      shown > mostLines
        ? paint.dim('… further lines of functions are not shown')
        : `${paint.dim(functionName)}  ${text}`,
    );
  };
}
