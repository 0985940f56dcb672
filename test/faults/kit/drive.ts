import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../../../shared/core/run';
import { checkPipeline } from './check-pipeline';
import { inject, type Injector } from './faults';
import { jsonOf } from './input';
import type { Lane } from './lane';
import type { Plan } from './plan';
import type { PipelineView } from './tables';

/** What came of a run that was tried. */
export interface Report {
  /** What is wrong; nothing, where the run passed. */
  readonly faults: readonly string[];
  /** One line about the run. */
  readonly note: string;
}

/** A run that has not ended by then is stuck, in milliseconds. */
export const stuckAfterMs = 120_000;

/** Nothing is queued, no one is at work, and nobody mends: a run that is not over then never will be. */
const hopelessAfterMs = 4_000;

const pollMs = 200;

/** Carries a plan out on a lane, waits until it is at rest, checks the tables, and clears them. */
export async function carryOut(lane: Lane, plan: Plan): Promise<Report> {
  const startedAt = Date.now();
  const injector = inject(plan, {
    names: lane.names,
    kill: (victim) => lane.kill(victim),
    showAgain: (queueUrl, receiptHandle) => lane.showAgain(queueUrl, receiptHandle),
  });
  lane.interceptor = injector.intercept;
  lane.log.take();
  const doing = startDoing(lane, plan, startedAt);
  let faults: string[];
  try {
    const stuck = await waitForRest(lane, plan, injector, doing, startedAt);
    const errors = doing.errors();
    const view = await lane.view();
    const wrong = checkPipeline(view, lane.depths());
    faults = [...(stuck === undefined ? [] : [stuck]), ...errors, ...wrong];
  } finally {
    doing.stop();
    lane.interceptor = undefined;
  }
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
  const note = `${plan.kind}, ${seconds} s, ${noteOf(injector)}`;
  await lane.clean();
  return { faults, note };
}

const noteOf = ({ done }: Injector): string =>
  Object.entries(done)
    .map(([what, times]) => `${what} ×${String(times)}`)
    .join(', ') || 'no faults';

/** The things that are done to a pipeline while a run is under way. */
interface Doing {
  /** The run that was started first. */
  readonly runId: string;
  /** Whether everything that is to happen from outside has happened. */
  readonly over: () => boolean;
  readonly errors: () => string[];
  readonly stop: () => void;
}

function startDoing(lane: Lane, plan: Plan, startedAt: number): Doing {
  const { ticksMs, cancelMs, kills } = plan;
  const runIdAt = (ms: number) => `kit@${new Date(startedAt + ms).toISOString()}`;
  const timers: NodeJS.Timeout[] = [];
  const errors: string[] = [];
  let under = 0;
  const at = (ms: number, work: () => Promise<void>, counts = true) => {
    if (counts) under += 1;
    const timer = setTimeout(() => {
      work()
        .catch((error: unknown) => errors.push(String(error)))
        .finally(() => {
          if (counts) under -= 1;
        });
    }, ms);
    timers.push(timer);
  };
  const tick = async (ms: number) => {
    const scheduledTime = new Date(startedAt + ms).toISOString();
    const heldUntil = startedAt + ms + plan.holdMs;
    const answer = await lane.start({ scheduledTime, input: jsonOf({ ...plan.input, heldUntil }) });
    const fine = ms > 0 || ['started', 'alreadyStarted'].includes(answer.outcome);
    if (!fine) errors.push(`the start answered ${JSON.stringify(answer)}`);
  };
  for (const ms of [0, ...ticksMs]) at(ms, () => tick(ms));
  if (cancelMs !== undefined) {
    at(cancelMs, async () => {
      await lane.start({ cancel: runIdAt(0) });
    });
  }
  for (const { atMs, victim } of kills) {
    at(atMs, async () => Promise.resolve(lane.kill(victim)).then(() => undefined), false);
  }
  const reconciling = plan.reconcile ? everySecond(() => lane.reconcile()) : undefined;
  return {
    runId: runIdAt(0),
    over: () => under === 0,
    errors: () => errors,
    stop: () => {
      reconciling?.abort();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Does something each second; what takes longer is not done twice at the same time. */
function everySecond(work: () => Promise<void>): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  void (async () => {
    while (!signal.aborted) {
      await sleep(1_000);
      if (!signal.aborted) await work().catch(() => undefined);
    }
  })();
  return controller;
}

/** @returns what stands still, where it does */
async function waitForRest(
  lane: Lane,
  plan: Plan,
  injector: Injector,
  doing: Doing,
  startedAt: number,
): Promise<string | undefined> {
  let told = false;
  let restingSince: number | undefined;
  for (;;) {
    await sleep(pollMs);
    const now = Date.now();
    if (!told) {
      const run = await lane.readRun(doing.runId);
      if (run && isFinal(run.status)) {
        told = true;
        injector.ended();
      }
    }
    const resting = doing.over() && injector.pending() === 0 && lane.atRest();
    restingSince = resting ? (restingSince ?? now) : undefined;
    if (restingSince !== undefined && now - restingSince >= 2 * pollMs) {
      if (allOver(await lane.view())) return undefined;
      const hopeless = !plan.reconcile && now - restingSince > hopelessAfterMs;
      if (hopeless) return 'nothing is queued, no one is at work, and the run is not over';
    }
    if (now - startedAt > stuckAfterMs) {
      return `not at rest after ${String(stuckAfterMs / 1_000)} s`;
    }
  }
}

/** Whether every run has ended, and the lease is let go of. */
const allOver = ({ runs, lease, active }: PipelineView): boolean =>
  runs.length > 0 &&
  runs.every(({ run }) => isFinal(run.status)) &&
  lease.holder === undefined &&
  active.length === 0;
