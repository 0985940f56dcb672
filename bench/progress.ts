import { count, seconds } from '../cli/terminal/format';
import type { Output } from '../cli/terminal/output';
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
export function progressOn(output: Output): Progress {
  let [title, drawn] = ['', false];
  const clear = (): void => {
    if (drawn) output.erase(1);
    drawn = false;
  };
  const draw = (line: string): void => {
    clear();
    drawn = output.isTTY;
    if (drawn) output.line(line);
  };
  const say = (line: string): void => {
    clear();
    output.line(line);
  };
  return {
    begin: (next) => {
      title = next;
      draw(`${title} …`);
    },
    show: (settled) => {
      draw(`${title} … ${count(settled)} objects`);
    },
    end: ({ runs, coldStarts }) => {
      const wall = runs.reduce((sum, run) => sum + run.wallSeconds, 0);
      const objects = runs.reduce((sum, run) => sum + run.objects, 0);
      const rate = `${seconds(wall)}, ${count(objects / wall)} objects/s`;
      say(`${title}: ${runs.length === 0 ? `${coldStarts.length} functions` : rate}`);
    },
    say,
    done: clear,
  };
}
