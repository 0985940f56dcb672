import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../../../shared/core/run';
import { machineMs } from './machine';
import type { PipelineUnderTest } from './pipeline-under-test';
import { stuckAfterMs } from './pipelines';
import type { PipelineView } from './tables';

/** Time between two looks at a pipeline under test, in milliseconds. */
export const pollMs = 200;

/** Nothing is queued, no one is at work, and nobody repairs: a run that is not over then never will be. */
const hopelessAfterMs = 4_000;

/** Waits until a pipeline under test is at rest and its runs are over. @returns what stands still, where it does */
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
    if (now - startedAt > patienceMs) return `not at rest after ${patienceMs / 1_000} s`;
  }
}

/** Whether every run has ended, and the lease is let go of. */
const allOver = ({ runs, lease, active }: PipelineView): boolean =>
  runs.length > 0 &&
  runs.every(({ run }) => isFinal(run.status)) &&
  lease.holder === undefined &&
  active.length === 0;
