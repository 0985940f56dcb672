import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../../../shared/core/run';
import { checkPipeline } from './check-pipeline';
import { inject, type Injector } from './faults';
import { jsonOf, type KitInput } from './input';
import type { PipelineUnderTest } from './pipeline-under-test';
import { machineMs } from './machine';
import { stuckAfterMs } from './pipelines';
import type { Kill, Plan } from './plan';
import type { PipelineView } from './tables';

/** What came of a run that was tried. */
export interface Report {
  /** What is wrong; nothing, where the run passed. */
  readonly faults: readonly string[];
  /** One line about the run. */
  readonly note: string;
}

/** What a scenario checks beside what is checked of every run. */
export type FurtherCheck = (view: PipelineView, lastKillAt: number | undefined) => string[];

const pollMs = 200;

/** Nothing is queued, no one is at work, and nobody repairs: a run that is not over then never will be. */
const hopelessAfterMs = 4_000;

/** Carries a plan out on a pipelineUnderTest, waits until it is at rest, checks the tables, and clears them. */
export async function carryOut(
  pipelineUnderTest: PipelineUnderTest,
  plan: Plan,
  further: FurtherCheck = () => [],
): Promise<Report> {
  const startedAt = Date.now();
  const kills = countKills(pipelineUnderTest);
  const injector = inject(plan, {
    names: pipelineUnderTest.names,
    times: pipelineUnderTest.times,
    kill: kills.kill,
    showAgain: (queueUrl, receiptHandle) => pipelineUnderTest.showAgain(queueUrl, receiptHandle),
  });
  pipelineUnderTest.interceptor = injector.intercept;
  const doing = startDoing(pipelineUnderTest, plan, startedAt, kills.kill);
  try {
    const stuck = await waitForPlan(pipelineUnderTest, plan, injector, doing);
    const { faults } = await conclude(pipelineUnderTest, (view) => [
      ...(stuck === undefined ? [] : [stuck]),
      ...doing.errors,
      ...further(view, kills.lastAt()),
    ]);
    const killed = kills.count() === 0 ? '' : `, ${String(kills.count())} killed`;
    return {
      faults,
      note: `${plan.kind}, ${secondsSince(startedAt)} s${killed}${noteOf(injector)}`,
    };
  } finally {
    doing.stop();
    pipelineUnderTest.interceptor = undefined;
  }
}

/** Checks a pipelineUnderTest at rest and clears it; where something is wrong, everything of it. */
export async function conclude(
  pipelineUnderTest: PipelineUnderTest,
  further: (view: PipelineView) => string[],
): Promise<{ readonly faults: readonly string[]; readonly view: PipelineView }> {
  const view = await pipelineUnderTest.view();
  const faults = [
    ...further(view),
    ...checkPipeline(view, pipelineUnderTest.depths(), pipelineUnderTest.times),
  ];
  pipelineUnderTest.interceptor = undefined;
  await pipelineUnderTest.clean(faults.length > 0);
  return { faults, view };
}

/** Seconds since a time, for a note. */
export const secondsSince = (ms: number): string => ((Date.now() - ms) / 1_000).toFixed(1);

const noteOf = ({ done }: Injector): string =>
  Object.entries(done)
    .map(([what, times]) => `, ${what} ×${String(times)}`)
    .join('');

/** Starts the run of a tick. @returns its id */
export async function startTick(
  pipelineUnderTest: PipelineUnderTest,
  atMs: number,
  input: KitInput,
): Promise<string> {
  const scheduledTime = new Date(atMs).toISOString();
  const answer = await pipelineUnderTest.start({ scheduledTime, input: jsonOf(input) });
  if (['started', 'alreadyStarted'].includes(answer.outcome)) return `kit@${scheduledTime}`;
  throw new Error(`The start answered ${JSON.stringify(answer)}`);
}

/** Has reconcile walk every second while something is done; walks do not overlap. */
export async function whileReconciling<T>(
  pipelineUnderTest: PipelineUnderTest,
  work: () => Promise<T>,
): Promise<T> {
  const stop = startReconciling(pipelineUnderTest);
  try {
    return await work();
  } finally {
    stop();
  }
}

function startReconciling(pipelineUnderTest: PipelineUnderTest): () => void {
  const stop = new AbortController();
  void (async () => {
    for (;;) {
      await sleep(1_000);
      if (stop.signal.aborted) return;
      await pipelineUnderTest.reconcile().catch(() => undefined);
    }
  })();
  return () => {
    stop.abort();
  };
}

/** Waits until a pipelineUnderTest is at rest and its runs are over. @returns what stands still, where it does */
export async function waitForRest(
  pipelineUnderTest: PipelineUnderTest,
  { repaired, busy = () => false }: { readonly repaired: boolean; readonly busy?: () => boolean },
): Promise<string | undefined> {
  const startedAt = machineMs();
  const patienceMs = stuckAfterMs(pipelineUnderTest.times);
  let restingSince: number | undefined;
  for (;;) {
    await sleep(pollMs);
    const now = machineMs();
    restingSince = !busy() && pipelineUnderTest.atRest() ? (restingSince ?? now) : undefined;
    if (restingSince !== undefined && now - restingSince >= 2 * pollMs) {
      if (allOver(await pipelineUnderTest.view())) return undefined;
      const hopeless = !repaired && now - restingSince > hopelessAfterMs;
      if (hopeless) return 'nothing is queued, no one is at work, and the run is not over';
    }
    if (now - startedAt > patienceMs) return `not at rest after ${String(patienceMs / 1_000)} s`;
  }
}

/** Whether every run has ended, and the lease is let go of. */
const allOver = ({ runs, lease, active }: PipelineView): boolean =>
  runs.length > 0 &&
  runs.every(({ run }) => isFinal(run.status)) &&
  lease.holder === undefined &&
  active.length === 0;

/** The things that are done to a pipeline while a run is under way. */
interface Doing {
  /** The run that was started first. */
  readonly runId: string;
  /** Whether everything that is to happen from outside has happened. */
  readonly over: () => boolean;
  readonly errors: readonly string[];
  readonly stop: () => void;
}

/** Kills environments of a pipelineUnderTest, and counts them. */
function countKills(pipelineUnderTest: PipelineUnderTest) {
  let [count, lastAt] = [0, undefined as number | undefined];
  return {
    kill: (...what: Parameters<PipelineUnderTest['kill']>): number => {
      const killed = pipelineUnderTest.kill(...what);
      count += killed;
      if (killed > 0) lastAt = Date.now();
      return killed;
    },
    count: () => count,
    lastAt: () => lastAt,
  };
}

function startDoing(
  pipelineUnderTest: PipelineUnderTest,
  plan: Plan,
  startedAt: number,
  killAtWork: PipelineUnderTest['kill'],
): Doing {
  const { ticksMs, cancelMs, kills, input, holdMs } = plan;
  const runId = `kit@${new Date(startedAt).toISOString()}`;
  const errors: string[] = [];
  let [underWay, stopped] = [0, false];
  const at = async (ms: number, work: () => Promise<unknown>) => {
    underWay += 1;
    await sleep(ms);
    await work().catch((error: unknown) => errors.push(String(error)));
    underWay -= 1;
  };
  const tick = async (ms: number) => {
    const due = startedAt + ms;
    const own = { ...input, heldUntil: due + holdMs };
    const event = { scheduledTime: new Date(due).toISOString(), input: jsonOf(own) };
    const { outcome, reason } = await pipelineUnderTest.start(event);
    const fine = ticksMs.length > 0 || ['started', 'alreadyStarted'].includes(outcome);
    if (!fine) errors.push(`the start answered ${outcome}, ${String(reason)}`);
  };
  const kill = async ({ victim }: Kill) => {
    // One that is at work, soon.
    for (let tries = 0; tries < 100 && !stopped; tries += 1) {
      if (killAtWork(victim, 'one') > 0) return;
      await sleep(10);
    }
  };
  for (const ms of [0, ...ticksMs]) void at(ms, () => tick(ms));
  if (cancelMs !== undefined) void at(cancelMs, () => pipelineUnderTest.start({ cancel: runId }));
  for (const each of kills) void at(each.atMs, () => kill(each));
  const stopReconciling = plan.reconcile ? startReconciling(pipelineUnderTest) : undefined;
  return {
    runId,
    over: () => underWay === 0,
    errors,
    stop: () => {
      stopped = true;
      stopReconciling?.();
    },
  };
}

/** Waits for the end of a plan's first run, which the injector is told of, and then for rest. */
async function waitForPlan(
  pipelineUnderTest: PipelineUnderTest,
  plan: Plan,
  injector: Injector,
  doing: Doing,
): Promise<string | undefined> {
  const over = new AbortController();
  const tell = async () => {
    for (;;) {
      await sleep(pollMs);
      const run = await pipelineUnderTest.readRun(doing.runId);
      if (over.signal.aborted) return;
      if (!run || !isFinal(run.status)) continue;
      over.abort();
      injector.ended();
      return;
    }
  };
  const telling = tell();
  // Where the wait below fails too, as when the cloud is closed, that is the error that counts.
  telling.catch(() => undefined);
  const stuck = await waitForRest(pipelineUnderTest, {
    repaired: plan.reconcile,
    busy: () =>
      !doing.over() || (!over.signal.aborted && injector.waitsForEnd) || injector.pending() > 0,
  });
  over.abort();
  await telling;
  return stuck;
}
