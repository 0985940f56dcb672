import { setTimeout as sleep } from 'node:timers/promises';
import { jsonOf } from './input';
import type { PipelineUnderTest } from './pipeline-under-test';
import type { Kill, Plan } from './plan';
import { startReconciling } from './reconciling';

/** The things that are done to a pipeline while a run is under way. */
export interface Doing {
  /** The run that was started first. */
  readonly runId: string;
  /** Whether everything that is to happen from outside has happened. */
  readonly over: () => boolean;
  readonly errors: readonly string[];
  readonly stop: () => void;
}

/** Kills environments of a pipeline under test, and counts them. */
export function countKills(pipelineUnderTest: PipelineUnderTest) {
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

/** Starts what a plan does to a pipeline: its ticks, its cancellation, its kills, and reconcile. */
export function startDoing(
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
