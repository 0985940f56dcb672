import { count, seconds } from '../shared/terminal/format';
import type { Measurement } from './measurement';

/** Says what is measured, while it is. */
export interface Progress {
  begin(title: string): void;
  show(settled: number): void;
  end(measurement: Measurement): void;
  say(line: string): void;
  /** Nothing more is measured. */
  done(): void;
}

/** Where it is said: drawn in place on a terminal, elsewhere a line each. */
export function progressOn(output: NodeJS.WriteStream): Progress {
  const drawsInPlace = output.isTTY;
  let title = '';
  const clear = (): void => {
    if (drawsInPlace) output.write('\r\u001b[K');
  };
  const say = (line: string): void => {
    clear();
    output.write(`${line}\n`);
  };
  return {
    begin: (next) => {
      title = next;
      if (drawsInPlace) output.write(`\r\u001b[K${title} …`);
    },
    show: (settled) => {
      if (drawsInPlace) output.write(`\r\u001b[K${title} … ${count(settled)} objects`);
    },
    end: ({ runs, coldStarts }) => {
      const wall = runs.reduce((sum, run) => sum + run.wallSeconds, 0);
      const objects = runs.reduce((sum, run) => sum + run.objects, 0);
      const rate = `${seconds(wall)}, ${count(objects / wall)} objects/s`;
      say(`${title}: ${runs.length === 0 ? `${String(coldStarts.length)} functions` : rate}`);
    },
    say,
    done: clear,
  };
}
