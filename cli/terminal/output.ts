import { control, rendered } from './printable';

/** A stream that is written to. */
export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** @returns false while its reader is slow */
  write(text: string): unknown;
}

/** An output for people and programs. Every text is made printable; only our own colors become control sequences. */
export interface Output {
  readonly isTTY: boolean;
  /** Columns of the terminal now; 80 where there is none. */
  readonly columns: number;
  /** Writes a line: a text, or cells with tabs between them. @returns false while the reader is slow */
  line(...cells: string[]): boolean;
  /** Writes lines at once. */
  lines(lines: readonly string[]): boolean;
  /** Writes a text of several lines, such as an error with its stack. */
  text(text: string): boolean;
  /** Erases the last lines of a terminal. */
  erase(lines: number): boolean;
}

/** Makes the output on a stream. Nothing else in cli/ and localstack/ writes to one; ESLint enforces it. */
export function outputOn(stream: Stream): Output {
  const write = (text: string): boolean => stream.write(text) !== false;
  const lines = (texts: readonly string[]): boolean =>
    write(texts.map((text) => `${rendered(text)}\n`).join(''));
  return {
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns ?? 80;
    },
    line: (...cells) => write(`${cells.map(rendered).join('\t')}\n`),
    lines,
    text: (text) =>
      lines(
        text
          .replace(/\r?\n$/, '')
          .replaceAll('\t', '  ')
          .split(/\r?\n/),
      ),
    erase: (count) => write(rendered(`${control(`[${count}F`)}${control('[0J')}`)),
  };
}

/** The output of this process. */
export const standardOutput = (): Output => outputOn(process.stdout);

/** The error output of this process. */
export const standardError = (): Output => outputOn(process.stderr);

/** Writes an unexpected error, made printable, and sets exit code 1. Node itself would write it unescaped. */
export function failWith(error: unknown): void {
  standardError().text(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
