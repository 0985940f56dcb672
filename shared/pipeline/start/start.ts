import { isInvalidInput, StoreError } from '../../core/errors';
import * as guarded from '../../core/guards';
import { decideLease, type LeaseMove } from '../../core/lease';
import { limits } from '../../core/limits';
import type { Lease } from '../../core/ports/run-store';
import { isFinal, type Run, type RunRequest } from '../../core/run';
import { parseStartEvent } from '../../core/start-event';
import { leaseTries } from '../callback/end-lease';
import { pauseAfterFailures } from '../callback/pause-after-failures';
import type { Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { requestCallback } from '../request-callback';
import { storeInput } from '../run-data';
import { noteSkippedTick } from './note-skipped-tick';
import { startNext, startRun } from './start-run';

/** The result of a start request. */
export interface StartAnswer {
  /** `undefined` when the event named none. */
  readonly runId: string | undefined;
  readonly outcome: 'started' | 'alreadyStarted' | 'buffered' | 'skipped' | 'cancelled' | 'refused';
  readonly reason?: string;
}

/** Starts, redrives or cancels a run, as the event says; a bad event is refused, each fault named. */
export async function start(
  pipeline: Pipeline,
  event: unknown,
  budget: TimeBudget,
): Promise<StartAnswer> {
  const answer = await answerTo(pipeline, event, budget);
  pipeline.logger.info('Start', { ...answer });
  return answer;
}

async function answerTo(
  pipeline: Pipeline,
  event: unknown,
  budget: TimeBudget,
): Promise<StartAnswer> {
  try {
    const command = parseStartEvent(event, pipeline.collector.name, pipeline.now());
    if (command.kind === 'cancel') return await cancel(pipeline, command.runId);
    const { request, plainTick } = command;
    const { runs, collector } = pipeline;
    const [known, lease] = await Promise.all([
      runs.readRun(request.runId),
      runs.readLease(collector.name),
    ]);
    if (known && isFinal(known.status)) return await ended(pipeline, known, budget);
    const answer =
      (await rejectionOf(pipeline, request, plainTick, lease)) ??
      (await begin(pipeline, request, lease, budget));
    const { outcome, reason = '' } = answer;
    const isSkipped =
      outcome === 'skipped' || (outcome === 'refused' && request.trigger === 'tick');
    if (isSkipped) await noteSkippedTick(pipeline, request, reason);
    return answer;
  } catch (error) {
    if (!isInvalidInput(error)) throw error;
    return { runId: undefined, outcome: 'refused', reason: pipeline.redact(error.message) };
  }
}

async function cancel(pipeline: Pipeline, runId: string): Promise<StartAnswer> {
  const { runs } = pipeline;
  const run = await runs.readRun(runId);
  if (!run) return { runId, outcome: 'refused', reason: 'there is no such run' };
  if (await cancelRun(pipeline, run)) return { runId, outcome: 'cancelled' };
  const { status } = (await runs.readRun(runId)) ?? run;
  return { runId, outcome: 'refused', reason: `it is ${status}` };
}

/** Writes that a run is cancelled, and only then asks for its callback: a lost message does not lose it. */
async function cancelRun(pipeline: Pipeline, run: Run): Promise<boolean> {
  const { runs, now } = pipeline;
  const cancelled = guarded.cancelWritten
    ? await runs.markCancelled(run, now())
    : run.status === 'RUNNING';
  if (!cancelled) return false;
  await requestCallback(pipeline, run, 'cancelled');
  return true;
}

/** A run that has ended already; a start of it that came too late may have taken the lease, and died. */
async function ended(pipeline: Pipeline, run: Run, budget: TimeBudget): Promise<StartAnswer> {
  await startNext(pipeline, run, budget);
  return { runId: run.runId, outcome: 'alreadyStarted', reason: `it is ${run.status}` };
}

const refusedAsPaused = (runId: string): StartAnswer => ({
  runId,
  outcome: 'refused',
  reason: 'the pipeline is paused; resume it first',
});

/** Returns why a request is not run at all; `undefined` where it may be. */
async function rejectionOf(
  pipeline: Pipeline,
  request: RunRequest,
  plainTick: boolean,
  { paused }: Lease,
): Promise<StartAnswer | undefined> {
  const { runs, settings, now } = pipeline;
  const { runId, redriveOf } = request;
  if (paused) return refusedAsPaused(runId);
  const { catchUpWindowSeconds } = settings;
  const ageSeconds = (now() - Date.parse(request.scheduledTime)) / 1_000;
  if (plainTick && catchUpWindowSeconds !== undefined && ageSeconds > catchUpWindowSeconds) {
    const reason = `${Math.round(ageSeconds)} s old, the catch-up window is ${catchUpWindowSeconds} s`;
    return { runId, outcome: 'skipped', reason };
  }
  if (redriveOf === undefined) return undefined;
  const old = await runs.readRun(redriveOf);
  if (!old) return { runId, outcome: 'refused', reason: `redriveOf: there is no run ${redriveOf}` };
  if (isFinal(old.status)) return undefined;
  return { runId, outcome: 'refused', reason: `redriveOf: ${redriveOf} is ${old.status}` };
}

/** Begins a run, or has it wait. The collector's name is written first: reconcile walks the lease and the runs of the names that are written. */
async function begin(
  pipeline: Pipeline,
  request: RunRequest,
  lease: Lease,
  budget: TimeBudget,
): Promise<StartAnswer> {
  const { runs, settings, now } = pipeline;
  await pipeline.collectorNames();
  const stored = await storeInput(runs, request, settings, now());
  const waiting =
    settings.overlap === 'allowAll'
      ? await backlog(pipeline, stored)
      : await takeLease(pipeline, stored, lease);
  if (waiting) return waiting;
  const outcome = await startRun(pipeline, stored, budget);
  return { runId: stored.runId, outcome };
}

/** @returns the answer for a request that has to wait or is skipped; `undefined` when the lease is ours */
async function takeLease(
  pipeline: Pipeline,
  request: RunRequest,
  found: Lease,
): Promise<StartAnswer | undefined> {
  const { runs, collector, settings, now } = pipeline;
  const policy = settings.overlap === 'allowAll' ? 'skip' : settings.overlap;
  for (let tries = 0; tries < leaseTries; tries += 1) {
    const lease = tries === 0 ? found : await runs.readLease(collector.name);
    if (lease.paused) return refusedAsPaused(request.runId);
    const holderRun = lease.holder && (await runs.readRun(lease.holder.runId));
    const move = decideLease(request, lease, holderRun, policy, now());
    if (move.kind !== 'take' && holderRun) await nudge(pipeline, holderRun);
    const made = await applyLeaseDecision(pipeline, request, move, holderRun);
    if (made === 'ours') return undefined;
    if (made !== 'changed') return made;
  }
  throw new StoreError(`The lease of ${collector.name} kept changing`);
}

/** Makes a move; what was read may have changed meanwhile. */
async function applyLeaseDecision(
  pipeline: Pipeline,
  request: RunRequest,
  move: LeaseMove,
  holderRun: Run | undefined,
): Promise<StartAnswer | 'ours' | 'changed'> {
  const { runs, collector, now } = pipeline;
  const { runId } = request;
  switch (move.kind) {
    case 'held':
      return 'ours';
    case 'skip':
      if (!guarded.leaseCondition) return 'ours';
      return { runId, outcome: 'skipped', reason: move.reason };
    case 'take': {
      // The holder's run has ended, and its callback may not have counted it yet: it may pause the pipeline.
      if (guarded.pauseBeforeHandOver && holderRun) await pauseAfterFailures(pipeline, holderRun);
      const leaseUntil = now() + limits.unwrittenLeaseSeconds * 1_000;
      const taken = await runs.takeLease(collector.name, request, move.expected, leaseUntil);
      return taken ? 'ours' : 'changed';
    }
    case 'buffer': {
      const answer = await buffer(pipeline, request, move.holder);
      if (answer && move.cancel && holderRun) await cancelRun(pipeline, holderRun);
      return answer ?? 'changed';
    }
  }
}

/** A run that should have ended is told so, in case reconcile did not. */
async function nudge(pipeline: Pipeline, run: Run): Promise<void> {
  const at = pipeline.now();
  if (run.status === 'RUNNING' && at > run.deadline) {
    await requestCallback(pipeline, run, 'deadline');
  } else if (run.status === 'COMPLETING' && at > (run.completingUntil ?? at)) {
    await requestCallback(pipeline, run, run.reason ?? 'done');
  }
}

/** @returns `undefined` when the holder has changed meanwhile */
async function buffer(
  { runs, collector }: Pipeline,
  request: RunRequest,
  holder: string,
): Promise<StartAnswer | undefined> {
  const { runId, scheduledTime } = request;
  const behind = `behind ${holder}`;
  if (await runs.bufferTick(collector.name, request, holder)) {
    return { runId, outcome: 'buffered', reason: behind };
  }
  const { buffered, holder: now } = await runs.readLease(collector.name);
  if (now?.runId !== holder || !buffered) return undefined;
  if (buffered.runId === runId) return { runId, outcome: 'buffered', reason: behind };
  if (buffered.scheduledTime < scheduledTime) return undefined;
  return { runId, outcome: 'skipped', reason: `${buffered.runId} waits already, and is newer` };
}

/** Refuses a run under `allowAll` where too many messages wait, or the oldest run is too old. */
async function backlog(
  { runs, queue, collector, settings, now }: Pipeline,
  { runId }: RunRequest,
): Promise<StartAnswer | undefined> {
  const waiting = await queue.waitingObjects();
  if (waiting > settings.backlogMaxMessages) {
    return { runId, outcome: 'refused', reason: `${waiting} messages wait already` };
  }
  const [oldest] = await runs.listActive(collector.name);
  const ageSeconds = oldest ? (now() - oldest.since) / 1_000 : 0;
  if (ageSeconds <= settings.backlogMaxAgeSeconds) return undefined;
  const reason = `the oldest run under way is ${Math.round(ageSeconds)} s old`;
  return { runId, outcome: 'refused', reason };
}
