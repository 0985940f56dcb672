import type { Lease, RunStore } from '../shared/core/ports/run-store';
import { endOrderOf } from '../shared/core/run';
import { memoryTable, type Hooks } from './memory-table';

/** The lease's item: what `Lease` shows, and up to which end runs have been counted. */
interface LeaseItem extends Lease {
  readonly countedUpTo?: string;
}

const free: LeaseItem = {
  holder: undefined,
  leaseUntil: undefined,
  buffered: undefined,
  paused: false,
  failedRuns: 0,
};

type LeaseStore = Pick<
  RunStore,
  'readLease' | 'takeLease' | 'bufferTick' | 'handOver' | 'setPaused' | 'countFailedRuns'
>;

/** Leases in memory. */
export function memoryLeaseStore(hooks?: Hooks): LeaseStore {
  const items = memoryTable<LeaseItem>('leases', hooks);
  const read = async (collector: string): Promise<Lease> => {
    const { countedUpTo, ...lease } = (await items.read('readLease', collector)) ?? free;
    return lease;
  };
  const write = (
    call: string,
    collector: string,
    change: (there: LeaseItem) => LeaseItem | undefined,
  ): Promise<LeaseItem | undefined> =>
    items.write(call, collector, (there) => change(there ?? free));
  return {
    readLease: read,
    takeLease: async (collector, request, expected, leaseUntil) => {
      const taken = await write('takeLease', collector, (there) => {
        const holder = there.holder?.runId;
        const asExpected =
          holder === expected?.runId && (!expected || there.leaseUntil === expected.leaseUntil);
        const mayTake = (asExpected && !there.paused) || holder === request.runId;
        return mayTake ? { ...there, holder: request, leaseUntil } : undefined;
      });
      return taken !== undefined;
    },
    bufferTick: async (collector, request, holder) => {
      const buffered = await write('bufferTick', collector, (there) => {
        const waits = there.buffered;
        const mayWait =
          !waits || waits.scheduledTime < request.scheduledTime || waits.runId === request.runId;
        return there.holder?.runId === holder && mayWait
          ? { ...there, buffered: request }
          : undefined;
      });
      return buffered !== undefined;
    },
    handOver: async (collector, from, { next, dropped, leaseUntil }) => {
      const handed = await write('handOver', collector, (there) => {
        const waits = next ?? dropped;
        const asRead = there.holder?.runId === from && there.buffered?.runId === waits?.runId;
        if (!asRead || (next && there.paused)) return undefined;
        const until = next ? leaseUntil : undefined;
        return { ...there, holder: next, leaseUntil: until, buffered: undefined };
      });
      if (handed) return true;
      const { holder, buffered } = await read(collector);
      return next ? holder?.runId === next.runId : holder === undefined && buffered === undefined;
    },
    setPaused: async (collector, paused, pausing) => {
      await write('setPaused', collector, (there) => ({
        ...there,
        paused,
        pausing: paused ? (there.pausing ?? pausing) : undefined,
        failedRuns: paused ? there.failedRuns : 0,
      }));
    },
    countFailedRuns: async (collector, ended, failed) => {
      const end = endOrderOf(ended);
      const counted = await write('countFailedRuns', collector, (there) =>
        there.countedUpTo === undefined || there.countedUpTo < end
          ? { ...there, failedRuns: failed ? there.failedRuns + 1 : 0, countedUpTo: end }
          : undefined,
      );
      return (counted ?? (await read(collector))).failedRuns;
    },
  };
}
