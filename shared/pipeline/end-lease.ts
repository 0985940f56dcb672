import { StoreError } from '../core/errors';
import { limits } from '../core/limits';
import type { Run, RunRequest } from '../core/run';
import type { Pipeline } from './pipeline';

/** Reads and conditional writes that may lose against others before we give up for now. */
export const leaseTries = 10;

/**
 * Hands the lease of a run that ended to the tick that waits behind it. Doing it again, after a crash, finds who is
 * next all the same. While the pipeline is paused, the tick that waits is dropped.
 * @returns the request that has the lease now and whose run is not written yet
 * @throws StoreError when others kept changing the lease
 */
export async function endLease(
  { runs, collector, count, logger, now }: Pipeline,
  run: Pick<Run, 'runId'>,
): Promise<RunRequest | undefined> {
  for (let tries = 0; tries < leaseTries; tries += 1) {
    const { holder, buffered, paused } = await runs.readLease(collector.name);
    if (!holder) return undefined;
    if (holder.runId !== run.runId) {
      const written = await runs.readRun(collector.name, holder.runId);
      return written ? undefined : holder;
    }
    const leaseUntil = now() + limits.unwrittenLeaseSeconds * 1_000;
    const next = paused ? undefined : buffered;
    const dropped = paused ? buffered : undefined;
    if (!(await runs.handOver(collector.name, run.runId, { next, dropped, leaseUntil }))) continue;
    if (dropped) {
      count('TicksSkipped', 1);
      logger.warn('A tick that waited is dropped: the pipeline is paused', {
        runId: dropped.runId,
      });
    }
    return next;
  }
  throw new StoreError(`The lease of ${collector.name} kept changing`);
}
