import { inspect } from 'node:util';
import type { ReturnedLine } from './trial/trial';

/** A line that a function wrote, by what it is. */
export type LogLine =
  /** The collector's own: by its logger, or written to the console. */
  | {
      readonly kind: 'collector';
      readonly level: Level;
      readonly text: string;
      readonly objectId?: string | undefined;
    }
  /** An object's error. */
  | (Described & {
      readonly kind: 'objectError';
      readonly call: string;
      readonly objectId: string;
      /** The text that it has in common with other errors of its kind. */
      readonly errorKind: string;
    })
  /** Another warning or error of the pipeline. */
  | (Described & { readonly kind: 'warning'; readonly level: Level; readonly message: string })
  /** The return value of a call for the object of `--object`. */
  | ({ readonly kind: 'returned' } & ReturnedLine['pollardReturned'])
  /** A line of the pipeline for operators, which `--verbose` shows. */
  | { readonly kind: 'pipeline'; readonly text: string };

type Level = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** An error, and the frames that it comes from. */
interface Described {
  readonly error: string;
  readonly stack: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The fields that the logger adds to each line. */
const ofLogger = new Set(['timestamp', 'service', 'function', 'sampling_rate', 'xray_trace_id']);

/**
 * Reads a line of a function. What is not a line of the pipeline's logger, or its metrics, is the collector's, whatever it
 * looks like: a JSON text that it prints is printed.
 * @param pipeline the name that the logger gives as `service`
 */
export function readLogLine(line: string, pipeline: string): LogLine | undefined {
  if (line.trim() === '') return undefined;
  const fields = fieldsOf(line);
  if (fields && '_aws' in fields) return { kind: 'pipeline', text: line };
  const returned = (fields as Partial<ReturnedLine> | undefined)?.pollardReturned;
  if (returned) return { kind: 'returned', ...returned };
  if (fields?.['service'] !== pipeline) return { kind: 'collector', level: 'INFO', text: line };
  const { level, message, ...rest } = fields;
  const own = Object.entries(rest).filter(([name]) => !ofLogger.has(name));
  return describe(level as Level, String(message), Object.fromEntries(own));
}

function fieldsOf(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return undefined;
  }
}

function describe(level: Level, message: string, fields: Fields): LogLine {
  const { by, runId: _, objectId, call, kind, ...data } = fields;
  if (by === 'collector') {
    return { kind: 'collector', level, text: withData(message, data), objectId: textOf(objectId) };
  }
  const { error, stack, ...others } = data;
  const described = { error: textOf(error) ?? '', stack: Array.isArray(stack) ? stack : [] };
  if (typeof call === 'string' && typeof kind === 'string') {
    return { kind: 'objectError', call, objectId: String(objectId), errorKind: kind, ...described };
  }
  if (level === 'WARN' || level === 'ERROR') {
    return { kind: 'warning', level, message: withData(message, others), ...described };
  }
  return { kind: 'pipeline', text: `${level}  ${withData(message, fields)}` };
}

const textOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : inspect(value, oneLine);

const oneLine = { breakLength: Infinity, depth: 8, maxStringLength: 2_000, maxArrayLength: 50 };

/** Writes the data of a line behind its message. */
const withData = (message: string, data: Fields): string =>
  Object.keys(data).length === 0 ? message : `${message}  ${inspect(data, oneLine)}`;
