import { isStoreError, StoreError } from '../../../../shared/core/errors';
import type { Hooks } from '../../../../testing/memory-table';
import type { Chance } from '../chance';
import type { Fault, FaultPlan } from '../machine';

/** Whoever works on something: one invocation at a time. What it has not done when it dies is never done. */
export interface Worker {
  /** Comes to pass after the call under way took effect. */
  after: 'dieAfter' | 'loseAnswer' | undefined;
  /** What hears that the invocation ended, and how; `undefined` for an idle worker. */
  onEnd: ((outcome: Outcome) => void) | undefined;
}

export type Outcome = 'done' | 'threw' | 'died';

interface Waiting {
  readonly worker: Worker;
  readonly call: string;
  readonly go: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * Interleaves workers call by call. One of them goes on at a time, and its next call (or its end) has the next one go
 * on: there is no loop that waits, which is what makes an interleaving cost microseconds.
 */
export interface Turns {
  /** Has each call of a worker's stores wait for its turn. */
  readonly hooksOf: (worker: Worker, tables: NonNullable<Hooks['tables']>) => Hooks;
  /** Starts an invocation; it runs up to its first call. */
  readonly start: (
    worker: Worker,
    work: () => Promise<void>,
    onEnd: (outcome: Outcome) => void,
  ) => void;
  /** Runs one interleaving until nothing is left to do. @returns whether that was within `mostSteps` */
  readonly run: (interleaving: Interleaving) => Promise<boolean>;
}

/** What is interleaved. */
export interface Interleaving {
  readonly chance: Chance;
  readonly faults: FaultPlan;
  /** Does something else than going on with a call: delivers a message, say. @returns false when there is nothing */
  readonly move: () => boolean;
  readonly trace: ((line: string) => void) | undefined;
  /** Hears of an error that is not one of a store. */
  readonly fail: (error: unknown) => void;
}

/** An interleaving that takes more steps goes in circles. */
const mostSteps = 3_000;

/** How likely a call goes on where something else could begin. */
const goOnRate = 0.65;

const beforeFaults: readonly Fault[] = ['dieBefore', 'dieAfter', 'refuse', 'loseAnswer'];

const nothing: Interleaving = {
  chance: { next: () => 0, below: () => 0, hits: () => false, pick: ([first]) => first },
  faults: { budget: 0, rate: 0, kinds: ['refuse'] },
  move: () => false,
  trace: undefined,
  fail: () => undefined,
};

/** Makes turns. Workers and stores made with them can be used again for the next interleaving. */
export function turns(): Turns {
  let now = nothing;
  let waiting: Waiting[] = [];
  let atWork = new Set<Worker>();
  const dead = new Set<Worker>();
  let steps = 0;
  let end: (inTime: boolean) => void = () => undefined;

  const draw = (kinds: readonly Fault[]): Fault | undefined => {
    const { chance, faults } = now;
    if (faults.budget === 0 || !chance.hits(faults.rate)) return undefined;
    const kind = chance.pick(faults.kinds);
    if (!kinds.includes(kind)) return undefined;
    faults.budget -= 1;
    return kind;
  };
  const finish = (worker: Worker, outcome: Outcome): void => {
    const { onEnd } = worker;
    worker.onEnd = undefined;
    worker.after = undefined;
    atWork.delete(worker);
    // Calls that were made at the same time end with it.
    waiting = waiting.filter((call) => call.worker !== worker);
    onEnd?.(outcome);
  };
  /** A call that just took effect may be followed by another before the worker is idle: that one is never made. */
  const die = (worker: Worker): void => {
    dead.add(worker);
    waiting = waiting.filter((call) => call.worker !== worker);
    setImmediate(() => {
      dead.delete(worker);
      finish(worker, 'died');
      step();
    });
  };
  const goOn = (): void => {
    const at = now.chance.below(waiting.length);
    const next = waiting[at];
    if (!next) return;
    waiting[at] = waiting[waiting.length - 1] ?? next;
    waiting.length -= 1;
    const kind = draw(beforeFaults);
    now.trace?.(`${next.call} ${kind ?? ''}`);
    if (kind === 'dieBefore') die(next.worker);
    else if (kind === 'refuse') next.refuse(new StoreError('refused'));
    else {
      if (kind === 'dieAfter' || kind === 'loseAnswer') next.worker.after = kind;
      next.go();
    }
  };
  const step = (): void => {
    steps += 1;
    if (steps > mostSteps) {
      end(false);
      return;
    }
    if (waiting.length > 0 && now.chance.hits(goOnRate)) goOn();
    else if (now.move()) return;
    else if (waiting.length > 0) goOn();
    // A worker that does not wait is on its way to its next call, or to its end.
    else if (atWork.size === 0) end(true);
  };
  // A promise of its own each time: one that is never kept would keep all that ever waited for it.
  const never = (): Promise<never> => new Promise(() => undefined);

  return {
    hooksOf: (worker, tables) => ({
      tables,
      before: (call) =>
        new Promise<void>((go, refuse) => {
          if (dead.has(worker)) return;
          waiting.push({ worker, call, go, refuse });
          step();
        }),
      after: (call) => {
        const { after } = worker;
        if (dead.has(worker)) return never();
        if (after === undefined) return undefined;
        worker.after = undefined;
        if (after === 'loseAnswer') throw new StoreError(`${call}: the answer was lost`);
        die(worker);
        return never();
      },
      sentTwice: () => draw(['sendTwice']) !== undefined,
    }),
    start: (worker, work, onEnd) => {
      worker.onEnd = onEnd;
      atWork.add(worker);
      const over = (outcome: Outcome) => () => {
        if (dead.has(worker)) return;
        finish(worker, outcome);
        step();
      };
      work().then(over('done'), (error: unknown) => {
        // Anything else is a fault of the model.
        if (!isStoreError(error)) now.fail(error);
        over('threw')();
      });
    },
    run: (interleaving) => {
      now = interleaving;
      waiting = [];
      atWork = new Set();
      steps = 0;
      return new Promise((resolve) => {
        end = resolve;
        step();
      });
    },
  };
}
