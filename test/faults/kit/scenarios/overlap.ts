import { setTimeout as sleep } from 'node:timers/promises';
import { conclude, secondsSince, startTick, type Report } from '../drive';
import { whileReconciling } from '../reconciling';
import { waitForRest } from '../wait-for-rest';
import { jsonOf, plainInput } from '../input';
import type { PipelineUnderTest } from '../pipeline-under-test';
import { settingsFor } from '../pipelines';
import { watchQueued } from '../queued-runs';
import type { Scenario } from '../scenario';

const ticks = 20;

/** Ticks that come faster than runs end. */
export const overlap: Scenario = {
  name: 'overlap',
  summary:
    `${ticks} ticks, each half a run's length after the one before, with overlap skip (even seeds) and bufferOne ` +
    "(odd seeds). At any time at most one run's objects are queued, and every run that began ends well.",
  pipelines: (times) =>
    (['skip', 'bufferOne'] as const).map((policy) => ({
      name: policy === 'skip' ? 'skip' : 'buffer',
      collector: 'kit',
      settings: {
        ...settingsFor(times),
        objectsPerMessage: 10,
        objectsAtOnce: 20,
        maxConcurrency: 2,
        overlap: policy,
      },
    })),
  clouds: 2,
  runs: 1,
  pipelineOf: (seed) => (seed % 2 === 0 ? 'skip' : 'buffer'),
  run: tickAndTick,
};

async function tickAndTick(pipelineUnderTest: PipelineUnderTest): Promise<Report> {
  const startedAt = Date.now();
  const input = { ...plainInput, sizes: [40, 40], sleepMs: 400 };
  const waiting = () => {
    const { visible = 0, delayed = 0 } = pipelineUnderTest.depths()['objects'] ?? {};
    return visible + delayed;
  };
  const queued = watchQueued(pipelineUnderTest.names, waiting);
  pipelineUnderTest.interceptor = queued.intercept;
  return whileReconciling(pipelineUnderTest, async () => {
    // The first run warms the environments up, the second shows how long a run takes.
    for (let n = 0; n < 2; n += 1) {
      await startTick(pipelineUnderTest, Date.now(), input);
      await waitForRest(pipelineUnderTest, { repaired: true });
    }
    const lengthMs = Math.max(
      500,
      lastLengthMs((await pipelineUnderTest.view()).runs.map(({ run }) => run)),
    );
    const outcomes: Record<string, number> = {};
    for (let n = 0; n < ticks; n += 1) {
      const event = { scheduledTime: new Date().toISOString(), input: jsonOf(input) };
      const { outcome } = await pipelineUnderTest.start(event);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      await sleep(lengthMs / 2);
    }
    const stuck = await waitForRest(pipelineUnderTest, { repaired: true });
    const { faults, view } = await conclude(pipelineUnderTest, ({ runs }) => [
      ...(stuck === undefined ? [] : [stuck]),
      ...runs.flatMap(({ run }) =>
        run.status === 'SUCCEEDED' ? [] : [`${run.runId} is ${run.status}`],
      ),
      ...queued.faults(),
    ]);
    const counts = Object.entries(outcomes).map(([name, times]) => `${times} ${name}`);
    const length = `a run took ${(lengthMs / 1_000).toFixed(1)} s`;
    const ran = `${view.runs.length - 2} ran`;
    return {
      faults,
      note: `${pipelineUnderTest.pipeline}: ${length}, ${counts.join(', ')}, ${ran}, ${secondsSince(startedAt)} s`,
    };
  });
}

function lastLengthMs(
  runs: readonly { readonly startedAt: number; readonly completedAt?: number | undefined }[],
): number {
  const last = [...runs].sort((a, b) => a.startedAt - b.startedAt).at(-1);
  return (last?.completedAt ?? 0) - (last?.startedAt ?? 0);
}
