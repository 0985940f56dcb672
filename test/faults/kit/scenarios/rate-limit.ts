import { startLimitedSource } from '../../../support/limited-source';
import {
  closedWhile,
  concurrencyLimit,
  fixedWindow,
  slidingWindow,
  tokenBucket,
  type ModelSource,
  type SeenCall,
} from '../../models/governor/sources';
import { conclude, secondsSince, startTick, type Report } from '../drive';
import { plainInput } from '../input';
import type { PipelineUnderTest } from '../pipeline-under-test';
import { settingsFor } from '../pipelines';
import { whileReconciling } from '../reconciling';
import type { Scenario } from '../scenario';
import { waitForRest } from '../wait-for-rest';

const [pages, pageSize] = [4, 25];
const objects = pages * pageSize;
const always = (limit: number) => () => limit;
const down: Parameters<typeof closedWhile>[2] = { kind: 'failed', by: '503' };

/** Sources by what limits them; the seed chooses one. */
const sources: readonly (readonly [name: string, make: () => ModelSource, asDate?: boolean])[] = [
  ['fixed window', () => fixedWindow({ limitAt: always(20) })],
  ['sliding window', () => slidingWindow({ limitAt: always(20) })],
  ['token bucket', () => tokenBucket({ perSecond: 20, burst: 20 })],
  ['20 calls at once', () => concurrencyLimit(20, 200)],
  ['20, 100, 10 a second', () => fixedWindow({ limitAt: changing })],
  ['outage of 30 s', () => closedWhile(fixedWindow({ limitAt: always(20) }), isDown, down)],
  ['Retry-After: 60', () => fixedWindow({ limitAt: always(20), retryAfterMs: 60_000 })],
  ['dates', () => fixedWindow({ limitAt: always(20), retryAfterMs: 2_000 }), true],
  ['no header', () => fixedWindow({ limitAt: always(20), retryAfterMs: null })],
];

const changing = (ms: number): number => (ms < 4_000 ? 20 : ms < 6_000 ? 100 : 10);
const isDown = (ms: number): boolean => ms > 2_000 && ms < 32_000;

/** The largest share of refused calls, next to some at the start: a busy machine bunches calls. */
const mostRefused = 0.3;
const refusedAtTheStart = 40;

/** A source whose limit the collector does not name. */
export const rateLimit: Scenario = {
  name: 'rate-limit',
  summary:
    `A source has a limit that the collector does not name: a fixed or sliding window, a bucket, calls at once, one that changes, an outage; ` +
    `${objects} objects over HTTP. Nothing fails, no attempt is used up, and at most ${100 * mostRefused} % of the calls are refused.`,
  pipelines: (times) => [
    {
      name: 'limited',
      collector: 'kit-limited',
      settings: { ...settingsFor(times), objectsPerMessage: 10 },
    },
  ],
  clouds: 5,
  runs: 1,
  pipelineOf: () => 'limited',
  run: pollLimited,
};

async function pollLimited(pipelineUnderTest: PipelineUnderTest, seed: number): Promise<Report> {
  const startedAt = Date.now();
  const [name, make, asDate = false] = sources[seed % sources.length]!;
  const source = await startLimitedSource(make(), { asDate });
  try {
    return await whileReconciling(pipelineUnderTest, async () => {
      const sizes = Array.from({ length: pages }, () => pageSize);
      await startTick(pipelineUnderTest, startedAt, { ...plainInput, sizes, source: source.url });
      const stuck = await waitForRest(pipelineUnderTest, { repaired: true });
      const calls = source.takeCalls();
      const refused = calls.filter(({ accepted }) => !accepted).length;
      const { faults } = await conclude(pipelineUnderTest, ({ runs }) => [
        ...(stuck === undefined ? [] : [stuck]),
        ...runs.flatMap(({ run }) => {
          const { saved = 0, failed = 0 } = run.result?.counts ?? {};
          return saved === objects && failed === 0
            ? []
            : [`${run.status} with ${saved} saved, ${failed} failed`];
        }),
        ...hammered(calls.length, refused),
        ...(name.startsWith('outage') ? calledWhileDown(calls) : []),
      ]);
      const note = `${name}: ${calls.length} calls, ${refused} refused, ${secondsSince(startedAt)} s`;
      return { faults, note };
    });
  } finally {
    await source.close();
  }
}

const hammered = (calls: number, refused: number): string[] =>
  refused <= mostRefused * calls + refusedAtTheStart
    ? []
    : [`${refused} of ${calls} calls were refused`];

/** Once every environment knows that the source is closed, at most one call a second is made. */
function calledWhileDown(calls: readonly SeenCall[]): string[] {
  const seconds = 25;
  const while25 = calls.filter(({ at }) => at > 6_000 && at < 6_000 + seconds * 1_000);
  return while25.length <= seconds ? [] : [`${while25.length} calls in ${seconds} s of an outage`];
}
