import { EventEmitter } from 'node:events';
import { main } from '../../../cli/main';
import type { Io } from '../../../cli/io';

/** What a command wrote and how it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

class Sink extends EventEmitter {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(isTTY: boolean, columns: number) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

/** Runs `pollard` in this process, as if on a terminal, without colours unless they are asked for, or into a file. */
export async function pollard(
  args: readonly string[],
  {
    isTTY = false,
    colours = false,
    columns = 120,
    env = process.env,
    signal = new AbortController().signal,
    ask,
  }: Partial<{
    isTTY: boolean;
    colours: boolean;
    columns: number;
    env: Io['env'];
    signal: AbortSignal;
    ask: Io['ask'];
  }> = {},
): Promise<Ended> {
  const [stdout, stderr] = [new Sink(isTTY, columns), new Sink(false, columns)];
  const code = await main(args, {
    ...{ stdout, stderr, signal, ask },
    env: { ...env, NO_COLOR: colours ? '' : '1', TERM: 'xterm' },
    now: Date.now,
  });
  return { code, out: stdout.text, err: stderr.text };
}
