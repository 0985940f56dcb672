import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../../../shared/core/run';
import { checkPipeline } from './check-pipeline';
import { inject, type Injector } from './faults';
import { jsonOf, type KitInput } from './input';
import type { PipelineUnderTest } from './pipeline-under-test';
import { countKills, startDoing, type Doing } from './doing';
import type { Plan } from './plan';
import type { PipelineView } from './tables';
import { pollMs, waitForRest } from './wait-for-rest';

/** The result of a run that was tried. */
export interface Report {
  /** Faults that were found; none if the run passed. */
  readonly faults: readonly string[];
  /** One line about the run. */
  readonly note: string;
}

/** A check of a scenario, in addition to those of every run. */
export type FurtherCheck = (view: PipelineView, lastKillAt: number | undefined) => string[];

/** Carries a plan out on a pipeline under test, waits until it is at rest, checks the tables, and clears them. */
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
    const unmet = injector.unmet();
    if (unmet.length > 0) throw new Error(`${plan.kind}: no call is ${unmet.join(', ')}`);
    const killed = kills.count() === 0 ? '' : `, ${kills.count()} killed`;
    return {
      faults,
      note: `${plan.kind}, ${secondsSince(startedAt)} s${killed}${noteOf(injector)}`,
    };
  } finally {
    doing.stop();
    pipelineUnderTest.interceptor = undefined;
  }
}

/** Checks a pipeline under test at rest and clears it; where something is wrong, everything of it. */
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
    .map(([what, times]) => `, ${what} ×${times}`)
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
