import { inspect } from 'node:util';
import type { Redact } from '../../core/plain-json';

const methods = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;

/** The part of the console that is redacted. */
export type RedactedConsole = Pick<Console, (typeof methods)[number]>;

/** Consoles by what redacts them: a console that several pipelines of a process share is redacted for each. */
const redacting = new WeakMap<object, Redact[]>();

/**
 * Redacts what a collector, or a library of its, writes by `console` instead of its logger. An argument that holds no
 * secret is handed on as it is; any other becomes its redacted text.
 */
export function redactConsole(console: RedactedConsole, redact: Redact): void {
  const known = redacting.get(console);
  if (known) {
    known.push(redact);
    return;
  }
  const all = [redact];
  redacting.set(console, all);
  const redactText = (text: string) => all.reduce((clean, each) => each(clean), text);
  for (const method of methods) {
    const write = console[method].bind(console);
    console[method] = (...args: unknown[]) => {
      write(...args.map((arg) => redactArgument(arg, redactText)));
    };
  }
}

/** By default, long texts are cut and texts of several lines are split, so a secret in them would not be recognized. */
const whole = { depth: 10, maxStringLength: null, breakLength: Infinity } as const;

function redactArgument(argument: unknown, redact: Redact): unknown {
  if (typeof argument !== 'object' && typeof argument !== 'string') return argument;
  try {
    const text = typeof argument === 'string' ? argument : inspect(argument, whole);
    const clean = redact(text);
    return clean === text ? argument : clean;
  } catch {
    return argument;
  }
}
