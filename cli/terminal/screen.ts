import { count, seconds } from './format';
import type { Output } from './output';
import type { Paint } from './paint';
import { cut, widthOf, wrapped } from './printable';
import type { Progress } from '../../shared/inspect/progress';
import { settledOf } from '../../shared/core/chord';

/** How far a run is, and how fast. */
export interface Frame extends Progress {
  readonly runId: string;
  readonly elapsedSeconds: number;
  /** Objects settled a second, of late. */
  readonly ratePerSecond: number;
  /** Errors of objects so far, by their kind, the most frequent first. @default - none */
  readonly errors?: readonly { readonly label: string; readonly objects: number }[] | undefined;
  /** The state of the source. @default - none: the source is unlimited */
  readonly source?: SourceLines | null | undefined;
}

/** The state of the source of a run, as lines. */
export interface SourceLines {
  /** The limit, and the calls of the run: all that there is where all is well. */
  readonly facts: readonly string[];
  /** The first few closings: the answer that caused each, and when it ends. */
  readonly closed: readonly string[];
}

const barWidth = 40;

/** Kinds of errors that a frame shows. */
const mostErrors = 4;

/** The frame as a person watches it: a bar of the listed objects, the numbers, and the errors so far. */
export function drawFrame(frame: Frame, paint: Paint, columns = 80): string[] {
  const { counts } = frame;
  const settled = settledOf(counts);
  const share = counts.listed === 0 ? 0 : Math.floor((100 * settled) / counts.listed);
  return [
    paint.bold(frame.runId),
    `${barOf(frame, paint)} ${paint.bold(`${String(share).padStart(3)} %`)} of what is listed`,
    ...numbersOf(frame, paint, columns),
    ...sourceOf(frame, paint, columns),
    ...errorsOf(frame, paint, columns),
  ];
}

function sourceOf({ source }: Frame, paint: Paint, columns: number): string[] {
  if (!source) return [];
  const { facts, closed } = source;
  return [
    ...wrapped([`source ${facts[0] ?? ''}`, ...facts.slice(1)], columns - 1, ' · ').map(paint.dim),
    ...closed.map((line) => paint.yellow(cut(`source ${line}`, columns - 1))),
  ];
}

const errorsOf = ({ errors = [] }: Frame, paint: Paint, columns: number): string[] =>
  errors
    .slice(0, mostErrors)
    .map(({ label, objects }) => paint.red(cut(`${count(objects)} × ${label}`, columns - 1)));

function barOf({ counts }: Frame, paint: Paint): string {
  const cells = (objects: number): number =>
    counts.listed === 0 ? 0 : Math.round((barWidth * objects) / counts.listed);
  const failed = counts.failed === 0 ? 0 : Math.max(1, cells(counts.failed));
  const done = Math.min(barWidth - failed, cells(settledOf(counts) - counts.failed));
  return (
    paint.green('█'.repeat(done)) +
    paint.red('█'.repeat(failed)) +
    paint.dim('░'.repeat(barWidth - done - failed))
  );
}

/** The numbers, on as many lines as they need. */
function numbersOf(
  { pages, pagesDone, counts, ...frame }: Frame,
  paint: Paint,
  columns: number,
): string[] {
  const failed = `${count(counts.failed)} failed`;
  const numbers = [
    `pages ${count(pagesDone)}/${count(pages)}`,
    `objects ${count(counts.listed)} listed`,
    paint.green(`${count(counts.saved)} saved`),
    ...(counts.unchanged > 0 ? [`${count(counts.unchanged)} unchanged`] : []),
    counts.failed > 0 ? paint.red(failed) : paint.dim(failed),
    `${count(frame.ratePerSecond)} /s`,
    paint.dim(seconds(frame.elapsedSeconds)),
  ];
  return wrapped(numbers, columns - 1, paint.dim(' · '));
}

/** The frame as one line, for a log. */
export function lineOf({ pages, pagesDone, counts, errors = [], source, ...frame }: Frame): string {
  const withErrors = errors.reduce((sum, { objects }) => sum + objects, 0);
  return (
    `${frame.elapsedSeconds.toFixed(1).padStart(6)} s  pages ${count(pagesDone)}/${count(pages)}  ` +
    `objects ${count(counts.listed)} listed, ${count(counts.saved)} saved, ${count(counts.failed)} failed` +
    `  ${count(frame.ratePerSecond)}/s` +
    (withErrors === 0 ? '' : `  ${count(withErrors)} with errors`) +
    (source?.closed[0] === undefined ? '' : `  source ${source.closed[0]}`)
  );
}

/** Draws frames in place on a terminal, or writes a line now and then elsewhere. */
export interface Screen {
  /** Whether frames are drawn in place. */
  readonly draws: boolean;
  show(frame: Frame): void;
  /** Writes a line above what is drawn. */
  say(line: string): void;
  /** Takes what is drawn away. */
  clear(): void;
}

/** Seconds between two lines where there is no terminal to draw on. */
const lineEverySeconds = 2;

/** Makes the screen on an output. */
export const screenOn = (output: Output, paint: Paint): Screen =>
  output.isTTY ? drawingScreen(output, paint) : lineScreen(output);

function drawingScreen(output: Output, paint: Paint): Screen {
  let drawn: readonly string[] = [];
  const clear = (): void => {
    if (drawn.length > 0) output.erase(drawn.length);
    drawn = [];
  };
  const draw = (lines: readonly string[]): void => {
    if (lines.length > 0) output.lines(lines);
    drawn = lines;
  };
  return {
    draws: true,
    show: (frame) => {
      const lines = drawFrame(frame, paint, output.columns);
      clear();
      // A line that wraps would be two, and the next frame would leave one of them behind.
      draw(lines.filter((line) => widthOf(line) < output.columns));
    },
    say: (line) => {
      const lines = drawn;
      clear();
      output.line(line);
      draw(lines);
    },
    clear,
  };
}

function lineScreen(output: Output): Screen {
  let nextAt = lineEverySeconds;
  let shown = '';
  return {
    draws: false,
    show: (frame) => {
      if (frame.runId !== shown) nextAt = lineEverySeconds;
      shown = frame.runId;
      if (frame.elapsedSeconds < nextAt) return;
      nextAt = frame.elapsedSeconds + lineEverySeconds;
      output.line(lineOf(frame));
    },
    say: (line) => {
      output.line(line);
    },
    clear: () => undefined,
  };
}
