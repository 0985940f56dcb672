import { addBilled, type Billed } from '../core/billed';
import { runNode, type ChordNode, type Settlement } from '../core/chord';
import type { ChordStore } from '../core/ports/chord-store';
import type { RunStore } from '../core/ports/run-store';
import type { FunctionName } from '../environment';

/** What an environment of a function has been billed and has not written yet. */
export interface BillMeter {
  /** Begins an invocation. */
  readonly begin: () => void;
  /** Ends it: what it took after its last write is taken with the next one. */
  readonly end: () => void;
  /** Takes what is not written yet; `undefined` where that is less than so many milliseconds. @param leastMs @default 1 */
  readonly take: (leastMs?: number) => Billed | undefined;
  /** Gives back what could not be written. */
  readonly giveBack: (billed: Billed | undefined) => void;
}

/** The meter of a function whose time is written nowhere. */
export const noMeter: BillMeter = {
  begin: () => undefined,
  end: () => undefined,
  take: () => undefined,
  giveBack: () => undefined,
};

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
  let taken = 0;
  const passed = (): number => (begun === undefined ? 0 : Math.ceil(now() - begun));
  return {
    begin: () => {
      begun = now();
    },
    end: () => {
      ended += passed();
      begun = undefined;
    },
    take: (leastMs = 1) => {
      const ms = ended + passed() - taken;
      if (ms < leastMs) return undefined;
      taken += ms;
      return { [name]: ms * memoryMb };
    },
    giveBack: (billed) => {
      taken -= (billed?.[name] ?? 0) / memoryMb;
    },
  };
}

/** Writes what was billed along with the settlements and openings of nodes that are made anyway. */
export function billedChord(chord: ChordStore, { take, giveBack }: BillMeter): ChordStore {
  const withBilled = async (
    settlement: Settlement,
    write: (billed: Settlement) => Promise<ChordNode | undefined>,
  ): Promise<ChordNode | undefined> => {
    const taken = take();
    let settled: ChordNode | undefined;
    try {
      settled = await write({ ...settlement, billed: addBilled(settlement.billed, taken) });
    } finally {
      if (!settled) giveBack(taken);
    }
    return settled;
  };
  return {
    ...chord,
    open: (node, members, opening) => chord.open(node, members, { ...opening, billed: take() }),
    settle: (node, settlement) => withBilled(settlement, (billed) => chord.settle(node, billed)),
    openSettled: (node, settlement, opening) =>
      withBilled(settlement, (billed) => chord.openSettled(node, billed, opening)),
  };
}

/** What is worth a write of its own, in milliseconds: of a function of 1 GB, it costs a twentieth of what it counts. */
const worthAWriteMs = 1_000;

/** Writes what no settlement has taken, such as the time of listing and of objects that are tried again, if it is worth a write. */
export async function writeRest(
  chord: ChordStore,
  { take, giveBack }: BillMeter,
  runId: string,
): Promise<void> {
  const billed = take(worthAWriteMs);
  if (!billed) return;
  // What cannot be written now goes along with the next write.
  const isWritten = await chord.addBilled(runNode(runId), billed).catch(() => false);
  if (!isWritten) giveBack(billed);
}

/** Writes what the callback function was billed along with the end of a run. */
export const billedRuns = (runs: RunStore, { take }: BillMeter): RunStore => ({
  ...runs,
  finish: (run, completedBy, outcome) =>
    runs.finish(run, completedBy, { ...outcome, billed: take() }),
});
