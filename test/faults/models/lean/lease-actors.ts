import { StoreError } from '../../../../shared/core/errors';
import * as guarded from '../../../../shared/core/guards';
import { decideLease } from '../../../../shared/core/lease';
import type { Lease } from '../../../../shared/core/ports/run-store';
import { isFinal, type Run, type RunRequest } from '../../../../shared/core/run';
import {
  beginCompletion,
  bufferTick,
  finish,
  handOver,
  leaseMs,
  putRun,
  startMs,
  takeLease,
  type Answer,
  type LeaseWorld,
  type Work,
} from './lease-world';

const tries = 10;

/** The start of a tick, as `start` does it. */
export function* startTick(world: LeaseWorld, request: RunRequest): Work {
  yield 'read run';
  const own = world.runs.get(request.runId);
  if (own && isFinal(own.status)) {
    yield* startNext(world, request.runId);
    return 'alreadyStarted';
  }
  const waiting = yield* askForLease(world, request);
  if (waiting === 'ours') return yield* startRun(world, request);
  return waiting;
}

type Wait = Generator<string, Answer | 'ours'>;

function* askForLease(world: LeaseWorld, request: RunRequest): Wait {
  for (let at = 0; at < tries; at += 1) {
    yield 'read lease';
    const lease: Lease = { ...world.lease, paused: false, failedRuns: 0 };
    yield 'read the holder';
    const holderRun = runOf(world, lease.holder?.runId);
    const move = decideLease(request, lease, holderRun, world.policy, world.now);
    switch (move.kind) {
      case 'held':
        return 'ours';
      case 'skip':
        return guarded.leaseCondition ? 'skipped' : 'ours';
      case 'take':
        yield 'take lease';
        if (takeLease(world, request, move.expected)) return 'ours';
        break;
      case 'buffer': {
        const answer = yield* waitBehind(world, request, move.holder);
        if (answer && move.cancel) {
          yield 'send callback';
          world.callbacks.push(move.holder);
        }
        if (answer) return answer;
      }
    }
  }
  throw new StoreError('the lease kept changing');
}

function* waitBehind(
  world: LeaseWorld,
  request: RunRequest,
  behind: string,
): Generator<string, Answer | undefined> {
  yield 'buffer';
  if (bufferTick(world, request, behind)) return 'buffered';
  yield 'read lease';
  const { holder, buffered } = world.lease;
  if (holder?.runId !== behind || !buffered) return undefined;
  if (buffered.runId === request.runId) return 'buffered';
  return buffered.scheduledTime < request.scheduledTime ? undefined : 'skipped';
}

/** What `decideLease` reads of a run is its status. */
const runOf = ({ runs }: LeaseWorld, runId: string | undefined): Run | undefined =>
  runId === undefined ? undefined : (runs.get(runId) as Run | undefined);

/** A start whose lease is its own. Writing the run comes after the lease was renewed. */
export function* startRun(world: LeaseWorld, request: RunRequest): Work {
  const { runId } = request;
  yield 'put active';
  if (!world.active.has(runId)) world.active.set(runId, { request, since: world.now });
  yield 'read run';
  const known = world.runs.get(runId);
  if (!known) {
    if (guarded.leaseCondition) {
      yield 'renew lease';
      if (!takeLease(world, request, { runId, leaseUntil: -1 })) {
        yield* startNext(world, runId);
        return 'refused';
      }
    }
    yield 'put run';
    putRun(world, runId);
  }
  yield 'read run';
  const run = world.runs.get(runId);
  if (run && isFinal(run.status)) yield* startNext(world, runId);
  else if (run?.status === 'RUNNING') {
    yield 'send pages';
    world.callbacks.push(runId);
  }
  return known ? 'alreadyStarted' : 'started';
}

/** Lets go of what a run held that ended, and starts who waited. */
export function* startNext(world: LeaseWorld, ended: string): Work {
  const next = yield* endLease(world, ended);
  if (next) yield* startRun(world, next);
  yield 'delete active';
  world.active.delete(ended);
  return undefined;
}

function* endLease(world: LeaseWorld, ended: string): Generator<string, RunRequest | undefined> {
  for (let at = 0; at < tries; at += 1) {
    yield 'read lease';
    const { holder, buffered } = world.lease;
    if (!holder) return undefined;
    if (holder.runId !== ended) {
      yield 'read the holder';
      return world.runs.has(holder.runId) ? undefined : holder;
    }
    yield 'hand over';
    if (handOver(world, ended, buffered)) return buffered;
    yield 'read lease';
    const now = world.lease;
    if (buffered ? now.holder?.runId === buffered.runId : !now.holder && !now.buffered) {
      return buffered;
    }
  }
  throw new StoreError('the lease kept changing');
}

/** The callback of a run: its status changes once, then the lease goes on. */
export function* complete(world: LeaseWorld, runId: string, me: number): Work {
  yield 'read run';
  const run = world.runs.get(runId);
  if (!run) return undefined;
  if (!isFinal(run.status)) {
    yield 'begin completion';
    if (!beginCompletion(world, runId, me)) throw new StoreError('another ended it');
    yield 'finish';
    if (!finish(world, runId, me)) return undefined;
  }
  yield* startNext(world, runId);
  return undefined;
}

/** A walk of reconcile. */
export function* walk(world: LeaseWorld): Work {
  yield 'list active';
  for (const [runId, { request, since }] of [...world.active]) {
    yield 'read run';
    const run = world.runs.get(runId);
    if (run && isFinal(run.status)) yield* startNext(world, runId);
    else if (run) {
      yield 'send callback';
      world.callbacks.push(runId);
    } else yield* repairUnwritten(world, request, world.now - since);
  }
  yield 'read lease';
  const { holder, leaseUntil = 0 } = world.lease;
  if (!holder || world.now <= leaseUntil) return undefined;
  yield 'read the holder';
  const run = world.runs.get(holder.runId);
  if (!run || isFinal(run.status)) yield* startRun(world, holder);
  return undefined;
}

function* repairUnwritten(world: LeaseWorld, request: RunRequest, ageMs: number): Work {
  if (ageMs < startMs) return undefined;
  yield 'read lease';
  if (world.lease.holder?.runId === request.runId) yield* startRun(world, request);
  else if (ageMs > 3 * startMs + leaseMs) yield* startNext(world, request.runId);
  return undefined;
}
