import type { Lease } from '../../../../shared/core/ports/run-store';
import { isFinal, type RunRequest, type RunStatus } from '../../../../shared/core/run';
import type { OverlapPolicy } from '../../../../shared/environment';
import type { Chance } from '../chance';

/** A run, as far as the lease is concerned. */
export interface ModelRun {
  readonly status: RunStatus;
  readonly completedBy: number;
}

/** An actor's work, call by call: it stops before each call of a store, and dies where it is not gone on with. */
export type Work = Generator<string, Answer | undefined>;

export type Answer = 'started' | 'alreadyStarted' | 'buffered' | 'skipped' | 'refused';

/** Everything of one interleaving. Each call reads or writes one item. */
export interface LeaseWorld {
  readonly chance: Chance;
  readonly policy: Exclude<OverlapPolicy, 'allowAll'>;
  lease: Pick<Lease, 'holder' | 'leaseUntil' | 'buffered'>;
  readonly runs: Map<string, ModelRun>;
  /** When each active item was put. */
  readonly active: Map<string, { readonly request: RunRequest; readonly since: number }>;
  /** Callback tasks on their way, by run. */
  readonly callbacks: string[];
  /** Milliseconds. */
  now: number;
  /** Deliveries of callback tasks so far. */
  deliveries: number;
  readonly broken: string[];
}

export const leaseMs = 60_000;
/** The time of a start function, after which whoever was at it is dead. */
export const startMs = 2_000;

export function isUnderWay(world: LeaseWorld): number {
  let underWay = 0;
  for (const { status } of world.runs.values()) if (!isFinal(status)) underWay += 1;
  return underWay;
}

/** Writes a run if it is absent: the moment at which two could be under way. */
export function putRun(world: LeaseWorld, runId: string): void {
  if (world.runs.has(runId)) return;
  world.runs.set(runId, { status: 'RUNNING', completedBy: 0 });
  if (isUnderWay(world) > 1) world.broken.push(`${runId} began while another run was under way`);
}

/** Takes the lease if it is held as expected, or by the same request already. */
export function takeLease(
  world: LeaseWorld,
  request: RunRequest,
  expected: { readonly runId: string; readonly leaseUntil: number } | undefined,
): boolean {
  const { holder, leaseUntil } = world.lease;
  const asExpected = expected
    ? holder?.runId === expected.runId && leaseUntil === expected.leaseUntil
    : holder === undefined;
  if (!asExpected && holder?.runId !== request.runId) return false;
  world.lease = { ...world.lease, holder: request, leaseUntil: world.now + leaseMs };
  return true;
}

/** Of two ticks, the later waits. */
export function bufferTick(world: LeaseWorld, request: RunRequest, holder: string): boolean {
  const { lease } = world;
  const waits = lease.buffered;
  if (lease.holder?.runId !== holder) return false;
  if (waits && waits.scheduledTime >= request.scheduledTime && waits.runId !== request.runId) {
    return false;
  }
  world.lease = { ...lease, buffered: request };
  return true;
}

/** Hands the lease on, if holder and buffered tick are as they were read. */
export function handOver(world: LeaseWorld, from: string, to: RunRequest | undefined): boolean {
  const { holder, buffered } = world.lease;
  if (holder?.runId !== from || buffered?.runId !== to?.runId) return false;
  world.lease = {
    holder: to,
    leaseUntil: to && world.now + leaseMs,
    buffered: undefined,
  };
  return true;
}

/** RUNNING or COMPLETING → COMPLETING: in this model whoever comes may take over at once. */
export function beginCompletion({ runs }: LeaseWorld, runId: string, me: number): boolean {
  const run = runs.get(runId);
  if (!run || isFinal(run.status)) return false;
  runs.set(runId, { status: 'COMPLETING', completedBy: me });
  return true;
}

/** COMPLETING → a final status, while it is still held. */
export function finish({ runs }: LeaseWorld, runId: string, me: number): boolean {
  const run = runs.get(runId);
  if (run?.status !== 'COMPLETING' || run.completedBy !== me) return false;
  runs.set(runId, { status: 'SUCCEEDED', completedBy: me });
  return true;
}
