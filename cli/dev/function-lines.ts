import type { Paint } from '../terminal/paint';
import { count, plural } from '../terminal/format';
import { errorLines, type ErrorBoard } from './error-board';
import { readLogLine, type LogLine } from './log-lines';

/** Which lines of functions are shown: errors and warnings, those of the collector too, or all. */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** Lines of the collector that are shown at once, and a second from then on: what a person can read. */
const most = { atOnce: 40, perSecond: 20 } as const;

/** Where the lines of functions are shown. */
export interface FunctionLinesSpec {
  readonly say: (line: string) => void;
  readonly paint: Paint;
  readonly verbosity: Verbosity;
  readonly errors: ErrorBoard;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Shows what functions write. */
export interface FunctionLines {
  /** @param pipeline `<stack>/<pipeline>` */
  show(functionName: string, line: string, pipeline: string): void;
  /** Says how many lines were held back since the last time. */
  flush(): void;
}

/** Shows the lines of functions that are for a person: no more than one can read, with the number of those held back. */
export function functionLines(spec: FunctionLinesSpec): FunctionLines {
  const { say, paint, verbosity, now } = spec;
  let [room, roomAt, held] = [most.atOnce as number, now(), 0];
  const hasRoom = (): boolean => {
    const refilled = room + ((now() - roomAt) / 1_000) * most.perSecond;
    [room, roomAt] = [Math.min(most.atOnce, refilled), now()];
    if (room < 1) return false;
    room -= 1;
    return true;
  };
  const flush = (): void => {
    if (held === 0) return;
    say(paint.dim(`… ${plural(held, 'line')} held back: --verbose shows all`));
    held = 0;
  };
  return {
    show: (functionName, line, pipeline) => {
      const read = readLogLine(line, pipeline);
      if (!read) return;
      const lines = linesOf(read, functionName, spec);
      if (lines.length === 0) return;
      const mayBeHeldBack = read.kind === 'collector' && verbosity !== 'verbose';
      if (mayBeHeldBack && !hasRoom()) held += 1;
      else {
        flush();
        for (const each of lines) say(each);
      }
    },
    flush,
  };
}

function linesOf(
  read: LogLine,
  functionName: string,
  { verbosity, paint, errors }: FunctionLinesSpec,
): string[] {
  const from = paint.dim(functionName);
  switch (read.kind) {
    case 'objectError':
      return errors.add(read)
        ? errorLines(`${paint.bold(`${read.call} failed`)}  ${read.objectId}`, read, paint)
        : [];
    case 'warning':
      return errorLines(`${from}  ${read.message}`, read, paint);
    case 'collector': {
      const { level, text, objectId } = read;
      if (verbosity === 'quiet' || (level === 'DEBUG' && verbosity === 'normal')) return [];
      const where = objectId === undefined ? from : `${from}  ${paint.dim(objectId)}`;
      return [`${where}  ${level === 'INFO' ? '' : `${level}  `}${text}`];
    }
    case 'returned':
      return [
        `${paint.bold(read.call)} returned  ${read.objectId}  ${paint.dim(`${count(read.ms)} ms`)}`,
        ...read.value.split('\n').map((line) => `    ${line}`),
      ];
    case 'pipeline':
      return verbosity === 'verbose' ? [`${from}  ${paint.dim(read.text)}`] : [];
  }
}
