import { batchSizeOf } from '../../shared/core/event-source';
import { limits } from '../../shared/core/limits';
import { simulate } from './simulate';
import { timeAndCost } from './usage';
import { objectsAtOnceOf, type Platform, type PlanSettings, type Workload } from './workload';

/** Settings that fit a workload. */
export interface Recommended {
  readonly objectsPerMessage: number;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  /** Of the object function. */
  readonly memoryMb: number;
}

/** What is tried; each is simulated with a share of the objects. */
const sizes = [10, 20, 40, 50, 100, 200, 400] as const;
const triedObjects = 20_000;
/** A poll should be over in this share of its period. */
const shareOfPeriod = 0.8;
/** Time is worth this much more than money: what takes longer than the quickest by more is not recommended. */
const slack = 1.05;
const aboutTheSame = 1.01;
/** Objects do not come evenly: so much more than the average is at work at times. */
const headroom = 1.5;

/** The cheapest settings that are about as quick as any, within the source's limits and the account's. */
export function recommend(
  workload: Workload,
  settings: PlanSettings,
  platform: Platform,
  periodSeconds: number,
): Recommended {
  const tried = sizes
    .filter((size) => size <= Math.min(workload.pageSize, limits.objectsPerPage))
    .map((objectsPerMessage) => tryOut(workload, { ...settings, objectsPerMessage }, platform));
  const quickest = Math.min(...tried.map(({ wallSeconds }) => wallSeconds));
  const quick = tried.filter(({ wallSeconds }) => wallSeconds <= quickest * slack);
  const cheapest = Math.min(...quick.map(({ costUsd }) => costUsd));
  // Of those that cost about the same, the one with the fewest messages.
  const best = quick.findLast(({ costUsd }) => costUsd <= cheapest * aboutTheSame);
  const objectsPerMessage = best?.settings.objectsPerMessage ?? Math.min(40, workload.pageSize);
  const with_ = { ...settings, objectsPerMessage };
  return {
    objectsPerMessage,
    batchSize: batchSizeOf(with_),
    maxConcurrency: concurrencyFor(workload, with_, platform, periodSeconds),
    memoryMb: memoryFor(workload, with_),
  };
}

interface Tried {
  readonly settings: PlanSettings;
  readonly wallSeconds: number;
  readonly costUsd: number;
}

function tryOut(workload: Workload, settings: PlanSettings, platform: Platform): Tried {
  const some = { ...workload, objects: Math.min(workload.objects, triedObjects) };
  return { settings, ...timeAndCost(simulate(some, settings, platform)) };
}

/** As many invocations as the objects need to be done in time, and not more than source and account take. */
function concurrencyFor(
  workload: Workload,
  settings: PlanSettings,
  platform: Platform,
  periodSeconds: number,
): number {
  const { objects, pageSize, pageSeconds, numbered, fetchSeconds, crunchSeconds } = workload;
  const each = Math.max(0, ...fetchSeconds) + crunchSeconds;
  const perInvocation = Math.min(
    objectsAtOnceOf(settings, workload, limits.fetchesAtOnce),
    batchSizeOf(settings) * settings.objectsPerMessage,
    numbered ? Infinity : pageSize,
  );
  const listing = numbered ? pageSeconds : pageSeconds * Math.ceil(objects / pageSize);
  const inTime = Math.max(each, shareOfPeriod * periodSeconds - each);
  const needed = Math.ceil(
    (headroom * objects * each) / perInvocation / Math.max(each, Math.min(inTime, listing + each)),
  );
  const requestsEach = perInvocation * Math.max(1, fetchSeconds.length);
  const bySource = Math.floor((workload.sourceConcurrency ?? Infinity) / requestsEach);
  // Some executions are left for start, pages, callback and reconcile.
  const byAccount = Math.max(2, platform.concurrency - 6);
  return Math.max(2, Math.min(needed, bySource, byAccount, 1_000));
}

/** An object under way holds sockets, two answers and a record; a function needs some CPU to parse them. */
function memoryFor(workload: Workload, settings: PlanSettings): number {
  const objects = Math.min(
    objectsAtOnceOf(settings, workload, limits.fetchesAtOnce),
    batchSizeOf(settings) * settings.objectsPerMessage,
  );
  const kilobytes =
    objects * (48 * Math.max(1, workload.fetchSeconds.length) + (6 * workload.recordBytes) / 1_024);
  const needed = 256 + kilobytes / 1_024;
  const steps = [512, 1_024, 1_769, 2_048, 3_072, 4_096];
  return steps.find((step) => step >= needed) ?? 8_192;
}
