import type { OverlapPolicy } from '../environment';
import type { LeaseVersion, Lease } from './ports/run-store';
import { isFinal, type Run, type RunRequest } from './run';

/** What a request for a run should do about the lease that it read. */
export type LeaseMove =
  /** Take it, if it is still held so. */
  | { readonly kind: 'take'; readonly expected: LeaseVersion | undefined }
  /** It is ours already: go on with the start. */
  | { readonly kind: 'held' }
  /** Wait behind the holder, which is asked to stop with `cancel`. */
  | { readonly kind: 'buffer'; readonly holder: string; readonly cancel: boolean }
  | { readonly kind: 'skip'; readonly reason: string };

/**
 * Decides by the overlap policy. A lease is free when no one holds it, when its holder's run has ended, or, for a
 * request that is not older, when the run was never written within its time.
 * @param holderRun the holder's run, `undefined` when it was never written
 * @param now epoch milliseconds
 */
export function decideLease(
  request: RunRequest,
  lease: Lease,
  holderRun: Run | undefined,
  policy: Exclude<OverlapPolicy, 'allowAll'>,
  now: number,
): LeaseMove {
  const { holder } = lease;
  if (!holder) return { kind: 'take', expected: undefined };
  if (holder.runId === request.runId) return { kind: 'held' };
  const leaseUntil = lease.leaseUntil ?? 0;
  const older = request.scheduledTime < holder.scheduledTime;
  // Reconcile starts a run that was never written; only a newer one may come before it.
  const free = holderRun ? isFinal(holderRun.status) : now > leaseUntil && !older;
  if (free) return { kind: 'take', expected: { runId: holder.runId, leaseUntil } };
  if (older) {
    return { kind: 'skip', reason: `older than the run under way, ${holder.runId}` };
  }
  if (policy === 'skip') return { kind: 'skip', reason: `${holder.runId} is under way` };
  const cancel = policy === 'cancelOther' && holderRun?.status === 'RUNNING';
  return { kind: 'buffer', holder: holder.runId, cancel };
}
