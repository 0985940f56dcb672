import { addBilled, type Billed } from '../core/billed';
import { runNode, type Settlement } from '../core/chord';
import type { SourceAnswer } from '../core/governor/turn';
import type { ChordStore } from '../core/ports/chord-store';
import type { RunStore } from '../core/ports/run-store';
import type { FunctionName } from '../environment';
import type { Pipeline } from './pipeline';

/** The meter of one environment of a function: the time that Lambda bills and the calls to the source that no write has carried yet. */
export interface BillMeter {
  /** Begins an invocation. */
  readonly begin: () => void;
  /** Ends it: the time since its last write is carried by the next one. */
  readonly end: () => void;
  /** Counts a call to the source that was answered. */
  readonly call: (isRefused: boolean) => void;
  /** Whether what no write has carried yet is worth a write of its own: time of a second or more, or a refused call. */
  readonly isWorthAWrite: () => boolean;
  /**
   * Has a write carry what is not written yet. Where it throws, or returns `undefined` or false, it wrote nothing, and the next one
   * carries that too.
   */
  readonly carry: <T>(write: (billed: Billed | undefined) => Promise<T>) => Promise<T>;
}

/** The meter of a function whose bill is written nowhere. */
export const noMeter: BillMeter = {
  begin: () => undefined,
  end: () => undefined,
  call: () => undefined,
  isWorthAWrite: () => false,
  carry: (write) => write(undefined),
};

/** Least time that is written by itself, in milliseconds: of a function of 1 GB, the write costs a twentieth of the time. */
const worthAWriteMs = 1_000;

/**
 * Measures the time of an environment's invocations, each in whole milliseconds, as Lambda bills it. The time of an invocation
 * that is killed is lost with its environment.
 * @param initMs how long the environment took to start, which is billed too
 * @param now milliseconds of any clock
 */
export function billMeter(
  name: FunctionName,
  memoryMb: number,
  initMs: number,
  now: () => number,
): BillMeter {
  let ended = Math.ceil(initMs);
  let begun: number | undefined;
  let carried = 0;
  let [calls, refused] = [0, 0];
  const passed = (): number => (begun === undefined ? 0 : Math.ceil(now() - begun));
  const unwrittenMs = (): number => ended + passed() - carried;
  return {
    begin: () => {
      begun = now();
    },
    end: () => {
      ended += passed();
      begun = undefined;
    },
    call: (isRefused) => {
      calls += 1;
      if (isRefused) refused += 1;
    },
    isWorthAWrite: () => unwrittenMs() >= worthAWriteMs || refused > 0,
    carry: async (write) => {
      const taken = { ms: unwrittenMs(), calls, refused };
      carried += taken.ms;
      [calls, refused] = [0, 0];
      let isWritten = false;
      try {
        const result = await write(billOf(name, taken.ms * memoryMb, taken));
        isWritten = result !== undefined && result !== false;
        return result;
      } finally {
        if (!isWritten) {
          carried -= taken.ms;
          calls += taken.calls;
          refused += taken.refused;
        }
      }
    },
  };
}

/** Makes a bill; `undefined` where there is nothing to bill. */
function billOf(
  name: FunctionName,
  amount: number,
  { calls, refused }: { readonly calls: number; readonly refused: number },
): Billed | undefined {
  const items = Object.entries({ [name]: amount, calls, refused }).filter(([, each]) => each > 0);
  return items.length === 0 ? undefined : Object.fromEntries(items);
}

/** Returns a function that counts the answers of the source: for the bill of a run, and refusals in a metric. */
export const answerCounter =
  ({ call }: BillMeter, count: Pipeline['count']) =>
  ({ kind }: SourceAnswer): void => {
    const isRefused = kind === 'refused';
    call(isRefused);
    if (isRefused) count('CallsRefused', 1);
  };

/** Returns a chord whose settlements and openings of nodes, which are written anyway, carry what is billed. */
export function billedChord(chord: ChordStore, { carry }: BillMeter): ChordStore {
  const withBilled = (settlement: Settlement, billed: Billed | undefined): Settlement => ({
    ...settlement,
    billed: addBilled(settlement.billed, billed),
  });
  return {
    ...chord,
    open: async (node, members, opening) => {
      await carry(async (billed) => {
        await chord.open(node, members, { ...opening, billed });
        return true;
      });
    },
    settle: (node, settlement) =>
      carry((billed) => chord.settle(node, withBilled(settlement, billed))),
    openSettled: (node, settlement, opening) =>
      carry((billed) => chord.openSettled(node, withBilled(settlement, billed), opening)),
  };
}

/** Writes what no settlement has carried, such as the time of listing and of objects that are tried again, if it is worth a write. */
export async function writeRest(
  chord: ChordStore,
  { isWorthAWrite, carry }: BillMeter,
  runId: string,
): Promise<void> {
  if (!isWorthAWrite()) return;
  try {
    await carry((billed = {}) => chord.addBilled(runNode(runId), billed));
  } catch {
    // The next write carries it.
  }
}

/** Returns a store of runs that writes what the callback function is billed along with the end of a run. */
export const billedRuns = (runs: RunStore, { carry }: BillMeter): RunStore => ({
  ...runs,
  finish: (run, completedBy, outcome) =>
    carry((billed) => runs.finish(run, completedBy, { ...outcome, billed })),
});
