import { setTimeout as sleep } from 'node:timers/promises';
import { underEachName } from '../collector-names';
import { isFinal } from '../../shared/core/run';
import type { Stage } from './run-once';

/** Milliseconds between two reads of a run. */
const lookEveryMs = 100;

/**
 * Cancels the runs that were under way when the process that kept the tables ended, and waits until they have ended: their
 * messages are lost, and they would prevent other runs from starting.
 * @throws Interrupted at Ctrl-C
 */
export async function endCutOffRuns({
  session,
  screen,
  paint,
  interruption,
}: Stage): Promise<void> {
  const { cloud, pipeline, runs } = session;
  const named = { runs, published: pipeline };
  const active = (await underEachName(named, (name) => runs.listActive(name))).flat();
  for (const { runId } of active.map(({ request }) => request)) {
    const isUnderWay = async (): Promise<boolean> => {
      const run = await interruption.race(runs.readRun(runId));
      return run !== undefined && !isFinal(run.status);
    };
    if (!(await isUnderWay())) continue;
    screen.say(paint.yellow(`${runId} was cut off when pollard dev ended: it is cancelled`));
    await cloud.invoke(pipeline.functions.start, { cancel: runId });
    while (await isUnderWay()) {
      await interruption.race(sleep(lookEveryMs, undefined, { ref: false }));
    }
  }
}
