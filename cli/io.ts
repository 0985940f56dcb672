import { createInterface } from 'node:readline/promises';
import { outputOn, type Output, type Stream } from './terminal/output';
import { paintFor, takesColours, type Paint } from './terminal/paint';
import { Interrupted } from './errors';
import { commandOn, type TargetOptions } from './target';

/** A stream that is written to, and that says when its reader is ready for more. */
export interface Sink extends Stream {
  write(text: string): boolean;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** What a command has to do with the world beside AWS. */
export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts at Ctrl-C, or when whoever reads the output has gone away. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Asks the user at the terminal. @default - there is no terminal to ask at */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

/** Writes what a command has to say. */
export interface Printer {
  readonly io: Omit<Io, 'stdout' | 'stderr'>;
  readonly out: Output;
  readonly paint: Paint;
  readonly json: boolean;
  /** A text, or cells with tabs between them. */
  line(...cells: string[]): void;
  /** A line for a person: where a program reads the output it goes to stderr, and with `--json` nowhere. */
  note(text: string): void;
  /**
   * A command to paste: it looks where this one did.
   * @param pipeline the pipeline to name, if this command did not say which
   */
  readonly command: (args: string, pipeline?: string) => string;
  /** One document of JSON. */
  document(value: unknown): void;
  /** A line of a stream; waits while the reader is slow. @throws Interrupted when there is no reader any more */
  stream(...cells: string[]): Promise<void>;
}

/** The printer for a command. */
export function printerFor(io: Io, json: boolean, target: TargetOptions = {}): Printer {
  const out = outputOn(io.stdout);
  const forPeople = out.isTTY ? out : outputOn(io.stderr);
  return {
    io,
    out,
    json,
    paint: paintFor(!json && takesColours(io.stdout, io.env)),
    line: (...cells) => {
      out.line(...cells);
    },
    note: (text) => {
      if (!json) forPeople.line(text);
    },
    command: (args, pipeline) =>
      commandOn({ ...(pipeline === undefined ? {} : { pipeline }), ...target }, args),
    document: (value) => {
      out.text(JSON.stringify(value, null, 2));
    },
    stream: async (...cells) => {
      io.signal.throwIfAborted();
      if (!out.line(...cells)) await drained(io);
    },
  };
}

function drained({ stdout, signal }: Io): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => (): void => {
      stdout.off('drain', onDrain);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onDrain = end(resolve);
    const onAbort = end(() => {
      reject(new Interrupted('Interrupted'));
    });
    stdout.once('drain', onDrain);
    signal.addEventListener('abort', onAbort);
  });
}

/** Asks the user a question whose default is no. */
export const saidYes = async (ask: NonNullable<Io['ask']>, question: string): Promise<boolean> =>
  /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());

async function askPerson(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

/** The world of this process. */
export function processIo(): Io {
  const controller = new AbortController();
  const stop = (code: number) => (): void => {
    if (controller.signal.aborted) process.exit(code);
    controller.abort(new Interrupted('Interrupted'));
  };
  process.on('SIGINT', stop(130));
  process.on('SIGTERM', stop(143));
  // `pollard failures | head`: the reader has what it wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal: controller.signal,
    now: Date.now,
    ask: process.stdin.isTTY ? askPerson : undefined,
  };
}
