import type { Paint } from '../terminal/paint';
import type { LogLine } from './log-lines';

type ObjectError = Extract<LogLine, { kind: 'objectError' }>;

/** Errors of one kind, and how many objects had one. */
export interface ErrorCount {
  /** `fetch.reading: Error: … is gone` */
  readonly label: string;
  readonly objects: number;
}

/** The errors of a run's objects by their kind: the first of each is shown, the others are counted. */
export class ErrorBoard {
  readonly #kinds = new Map<string, Set<string>>();

  /** Adds an error. @returns whether it is the first of its kind */
  add({ call, errorKind, objectId }: ObjectError): boolean {
    const label = `${call}: ${errorKind}`;
    const objects = this.#kinds.get(label);
    if (objects) objects.add(objectId);
    else this.#kinds.set(label, new Set([objectId]));
    return objects === undefined;
  }

  /** The kinds, the most frequent first. */
  counts(): ErrorCount[] {
    return [...this.#kinds]
      .map(([label, { size }]) => ({ label, objects: size }))
      .sort((a, b) => b.objects - a.objects);
  }

  /** Forgets them, for the next run. */
  clear(): void {
    this.#kinds.clear();
  }
}

/** Draws an error with its causes, each on a line, and the lines of the collector that it comes from. */
export function errorLines(
  title: string,
  { error, stack }: Pick<ObjectError, 'error' | 'stack'>,
  paint: Paint,
): string[] {
  const causes = error.split(/; (?=caused by |and )/);
  return [
    `${paint.red('✘')} ${title}`,
    ...causes.filter((text) => text !== '').map((text) => `    ${paint.red(text)}`),
    ...stack.map((frame) => `      ${paint.dim(frame)}`),
  ];
}
