import * as v from 'valibot';

/** What a run's log lines tell of its end. Times are epoch milliseconds. */
export interface RunTimes {
  /** How often `onComplete` was called. */
  readonly callbacks: number;
  /** From the last object's settlement to the first call of `onComplete`; `undefined` where there was no object. */
  readonly joinTailMs: number | undefined;
}

const lineSchema = v.variant('message', [
  v.object({
    message: v.literal('Last object settled'),
    runId: v.string(),
    settlingAt: v.number(),
  }),
  v.object({ message: v.literal('Calling onComplete'), runId: v.string(), at: v.number() }),
]);

/** Reads the functions' log lines, as far as they tell when runs end. */
export class RunClock {
  readonly #settledAt = new Map<string, number>();
  readonly #callbacksAt = new Map<string, number[]>();

  /** Takes a line; one that is not JSON, or tells of something else, is passed over. */
  read(line: string): void {
    if (!line.includes('Last object settled') && !line.includes('Calling onComplete')) return;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), lineSchema), line);
    if (!parsed.success) return;
    const told = parsed.output;
    if (told.message === 'Last object settled') {
      this.#settledAt.set(told.runId, told.settlingAt);
    } else {
      this.#callbacksAt.set(told.runId, [...(this.#callbacksAt.get(told.runId) ?? []), told.at]);
    }
  }

  timesOf(runId: string): RunTimes {
    const callbacks = this.#callbacksAt.get(runId) ?? [];
    const [first] = callbacks;
    const settledAt = this.#settledAt.get(runId);
    return {
      callbacks: callbacks.length,
      joinTailMs: first === undefined || settledAt === undefined ? undefined : first - settledAt,
    };
  }
}
