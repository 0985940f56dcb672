import { startSource } from '../../../../examples/resources/server/server';
import type { SourceStats } from '../../../../examples/resources/server/faults';
import { conclude, secondsSince, startTick, type Report } from '../drive';
import { whileReconciling } from '../reconciling';
import { waitForRest } from '../wait-for-rest';
import { plainInput } from '../input';
import type { PipelineUnderTest } from '../pipeline-under-test';
import { settingsFor } from '../pipelines';
import type { Scenario } from '../scenario';

const [pages, pageSize] = [4, 25];
const objects = pages * pageSize;

/** A source that asks to wait. */
export const retryAfter: Scenario = {
  name: 'retry-after',
  summary:
    `Every third call of an object is answered 429 with Retry-After: 1; ${objects} objects over HTTP. Nothing ` +
    'fails, no attempt is used up, and no object is asked for again before its second is over.',
  pipelines: (times) => [
    {
      name: 'patient',
      collector: 'kit',
      settings: { ...settingsFor(times), objectsPerMessage: 10, maxConcurrency: 2 },
    },
  ],
  clouds: 5,
  runs: 1,
  pipelineOf: () => 'patient',
  run: askTooOften,
};

async function askTooOften(pipelineUnderTest: PipelineUnderTest): Promise<Report> {
  const startedAt = Date.now();
  const source = await startSource({
    pageCount: pages,
    pageSize,
    latencies: { pageMs: 0, objectMs: 20, detailsMs: 0 },
    faults: { rateLimitEvery: 3, retryAfterSeconds: 1 },
  });
  try {
    return await whileReconciling(pipelineUnderTest, async () => {
      const sizes = Array.from({ length: pages }, () => pageSize);
      await startTick(pipelineUnderTest, startedAt, { ...plainInput, sizes, source: source.url });
      const stuck = await waitForRest(pipelineUnderTest, { repaired: true });
      const stats = (await (await fetch(`${source.url}/control`)).json()) as SourceStats;
      const { faults } = await conclude(pipelineUnderTest, ({ runs }) => [
        ...(stuck === undefined ? [] : [stuck]),
        ...runs.flatMap(({ run }) => {
          const { saved = 0, failed = 0, retried = 0 } = run.result?.counts ?? {};
          if (saved === objects && failed === 0 && retried === 0) return [];
          const counts = { saved, failed, retried };
          return [`${run.status} with ${JSON.stringify(counts)}`];
        }),
        ...(stats.rateLimited > 0 ? [] : ['the source did not ask to wait']),
        ...(stats.early === 0 ? [] : [`${stats.early} calls came before their time`]),
      ]);
      const asked = `${stats.calls} calls, ${stats.rateLimited} asked to wait`;
      return { faults, note: `${asked}, ${secondsSince(startedAt)} s` };
    });
  } finally {
    await source.close();
  }
}
