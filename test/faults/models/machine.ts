import { StoreError } from '../../../shared/core/errors';
import type { Hooks } from '../../../testing/memory-table';
import type { Chance } from './chance';

/** What may go wrong at a call of a store or queue. */
export type Fault =
  /** The handler's environment dies before the call takes effect, or after. */
  | 'dieBefore'
  | 'dieAfter'
  /** The call is refused, or takes effect and its answer is lost. */
  | 'refuse'
  | 'loseAnswer'
  /** A write takes effect, its answer is lost, and the SDK sends it again. */
  | 'sendTwice';

/** An invocation of a handler. */
export interface Process {
  readonly name: string;
  /** Epoch milliseconds at which its function's timeout kills it. */
  readonly diesAt: number;
  /** Epoch milliseconds. */
  readonly invokedAt: number;
  /** An invocation that has ended or died does nothing any more. */
  state: 'alive' | 'ended' | 'dead';
  /** Comes to pass after the call under way took effect. */
  after: 'dieAfter' | 'loseAnswer' | undefined;
}

interface Waiting {
  readonly process: Process;
  readonly call: string;
  readonly go: () => void;
  readonly refuse: (error: Error) => void;
}

/** How many faults may still come, and how often one does at a call. */
export interface FaultPlan {
  budget: number;
  readonly rate: number;
  readonly kinds: readonly [Fault, ...Fault[]];
}

/** Runs handlers one call at a time, in an order that chance gives. */
export interface Machine {
  /** Has every call of a store wait for its turn. */
  readonly hooksOf: (process: () => Process, tables: NonNullable<Hooks['tables']>) => Hooks;
  readonly start: (
    process: Process,
    work: () => Promise<void>,
    onEnd: (outcome: 'done' | 'threw' | 'died') => void,
  ) => void;
  readonly kill: (process: Process) => void;
  /** Lets one of the waiting calls go on. @returns whether there was one */
  readonly step: () => boolean;
  readonly waiting: () => number;
  readonly alive: () => ReadonlySet<Process>;
}

const never = new Promise<never>(() => undefined);

/** Makes a machine. `trace` hears what happens. */
export function machine(
  chance: Chance,
  plan: FaultPlan,
  trace: (line: () => string) => void,
): Machine {
  const waiting: Waiting[] = [];
  const alive = new Set<Process>();
  const died = new Map<Process, () => void>();

  const kill = (process: Process): void => {
    if (process.state !== 'alive') return;
    process.state = 'dead';
    alive.delete(process);
    for (let at = waiting.length - 1; at >= 0; at -= 1) {
      if (waiting[at]?.process === process) waiting.splice(at, 1);
    }
    died.get(process)?.();
    died.delete(process);
  };
  const fault = (kinds: readonly Fault[]): Fault | undefined => {
    if (plan.budget === 0 || !chance.hits(plan.rate)) return undefined;
    const kind = chance.pick(plan.kinds);
    if (!kinds.includes(kind)) return undefined;
    plan.budget -= 1;
    return kind;
  };
  const turn = (process: Process, call: string): Promise<void> =>
    process.state === 'alive'
      ? new Promise((go, refuse) => waiting.push({ process, call, go, refuse }))
      : never;
  const afterCall = (process: Process, call: string): Promise<never> | undefined => {
    const { after } = process;
    if (process.state === 'dead') return never;
    if (after === undefined) return undefined;
    process.after = undefined;
    if (after === 'loseAnswer') throw new StoreError(`${call}: the answer was lost`);
    kill(process);
    return never;
  };

  return {
    waiting: () => waiting.length,
    alive: () => alive,
    kill,
    hooksOf: (process, tables) => ({
      tables,
      before: (call) => turn(process(), call),
      after: (call) => afterCall(process(), call),
      sentTwice: (call) => {
        if (fault(['sendTwice']) === undefined) return false;
        trace(() => `${process().name} ${call} will be sent twice`);
        return true;
      },
    }),
    start: (process, work, onEnd) => {
      alive.add(process);
      died.set(process, () => {
        onEnd('died');
      });
      const end = (outcome: 'done' | 'threw') => {
        if (process.state !== 'alive') return;
        process.state = 'ended';
        alive.delete(process);
        died.delete(process);
        onEnd(outcome);
      };
      work().then(
        () => {
          end('done');
        },
        (error: unknown) => {
          trace(() => `${process.name} threw ${String(error)}`);
          end('threw');
        },
      );
    },
    step: () => {
      const at = chance.below(waiting.length);
      const next = waiting[at];
      if (!next) return false;
      waiting[at] = waiting[waiting.length - 1] ?? next;
      waiting.length -= 1;
      const { process, call } = next;
      const kind = fault(['dieBefore', 'dieAfter', 'refuse', 'loseAnswer']);
      trace(() => `${process.name} ${call}${kind === undefined ? '' : ` ${kind}`}`);
      if (kind === 'dieBefore') kill(process);
      else if (kind === 'refuse') next.refuse(new StoreError(`${call}: refused`));
      else {
        if (kind === 'dieAfter' || kind === 'loseAnswer') process.after = kind;
        next.go();
      }
      return true;
    },
  };
}
