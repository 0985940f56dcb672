import { errorKind } from '../shared/core/error-kind';
import { oneLine } from './terminal/printable';

/** Failures that share an error. */
export interface FailureGroup<Example = string> {
  readonly error: string;
  readonly count: number;
  /** Some of the objects, or pages that could not be listed. */
  readonly examples: readonly Example[];
}

/** Examples that are kept of each error. */
const mostExamples = 3;

/** Groups failures by their error; errors that differ only in the object's id, in long numbers or in ids are one. */
export class FailureGroups<Example = string> {
  readonly #groups = new Map<string, { count: number; examples: Example[] }>();

  /** Adds an object that failed. */
  addObject(objectId: string, error: string | undefined, example: Example): void {
    // The id is looked for as it is: on one line, its control characters are others.
    this.#add(oneLine(errorKind(error ?? 'no detail', objectId)), example);
  }

  /** Adds a page that could not be listed. */
  addPage(error: string | undefined, example: Example): void {
    this.#add(`not listed: ${errorKind(oneLine(error ?? 'no detail'))}`, example);
  }

  /** The groups, the largest first. */
  list(): FailureGroup<Example>[] {
    return [...this.#groups]
      .map(([error, group]) => ({ error, ...group }))
      .sort((a, b) => b.count - a.count);
  }

  #add(error: string, example: Example): void {
    const group = this.#groups.get(error) ?? { count: 0, examples: [] };
    this.#groups.set(error, group);
    group.count += 1;
    if (group.examples.length < mostExamples) group.examples.push(example);
  }
}
