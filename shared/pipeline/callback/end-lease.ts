import { StoreError } from '../../core/errors';
import { limits } from '../../core/limits';
import { collectorOf, type Run, type RunRequest } from '../../core/run';
import { isOfFormerName } from '../start/collector-names';
import type { Pipeline } from '../pipeline';
import { noteSkippedTick } from '../start/note-skipped-tick';

/** Reads and conditional writes that may lose against others before we give up for now. */
export const leaseTries = 10;

/**
 * Hands the lease of a run that ended to the tick that waits behind it. Doing it again, after a crash, finds who is
 * next all the same. While the pipeline is paused, the tick that waits is dropped; so is one of a former name of the
 * collector.
 * @returns the request that has the lease now and whose run is not written yet
 * @throws StoreError when others kept changing the lease
 */
export async function endLease(
  pipeline: Pipeline,
  run: Pick<Run, 'runId'>,
): Promise<RunRequest | undefined> {
  const { runs, logger, now } = pipeline;
  const collector = collectorOf(run.runId);
  const isFormer = isOfFormerName(pipeline, run.runId);
  for (let tries = 0; tries < leaseTries; tries += 1) {
    const { holder, buffered, paused } = await runs.readLease(collector);
    if (!holder) return undefined;
    if (holder.runId !== run.runId) {
      const written = await runs.readRun(holder.runId);
      return written || isFormer ? undefined : holder;
    }
    const leaseUntil = now() + limits.unwrittenLeaseSeconds * 1_000;
    const drops = paused || isFormer;
    const next = drops ? undefined : buffered;
    const dropped = drops ? buffered : undefined;
    if (!(await runs.handOver(collector, run.runId, { next, dropped, leaseUntil }))) continue;
    if (dropped) {
      const reason = paused ? 'the pipeline is paused' : 'the collector was renamed';
      logger.warn(`A tick that waited is dropped: ${reason}`, { runId: dropped.runId });
      await noteSkippedTick(pipeline, dropped, reason);
    }
    return next;
  }
  throw new StoreError(`The lease of ${collector} kept changing`);
}
