import { StoreError } from '../core/errors';
import { limits } from '../core/limits';
import type { Run, RunRequest } from '../core/run';
import type { Pipeline } from './pipeline';

/** Reads and conditional writes that may lose against others before we give up for now. */
export const leaseTries = 10;

/**
 * Hands the lease of a run that ended to the tick that waits behind it. Doing it again, after a crash, finds who is
 * next all the same.
 * @returns the request that has the lease now and whose run is not written yet
 * @throws StoreError when others kept changing the lease
 */
export async function endLease(
  { runs, collector, now }: Pipeline,
  run: Pick<Run, 'runId'>,
): Promise<RunRequest | undefined> {
  for (let tries = 0; tries < leaseTries; tries += 1) {
    const { holder, buffered } = await runs.readLease(collector.name);
    if (!holder) return undefined;
    if (holder.runId !== run.runId) {
      const written = await runs.readRun(collector.name, holder.runId);
      return written ? undefined : holder;
    }
    const leaseUntil = now() + limits.unwrittenLeaseSeconds * 1_000;
    if (await runs.handOver(collector.name, run.runId, buffered, leaseUntil)) return buffered;
  }
  throw new StoreError(`The lease of ${collector.name} kept changing`);
}
