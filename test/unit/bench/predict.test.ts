import { pilot, slownessBy } from '../../../bench/pilot';
import { predict, predictionOf, usualOf } from '../../../bench/predict';
import { noWork } from '../../../bench/workload';

const named = { part: 'noWork', name: '2000', workload: noWork(2_000) } as const;
const run = { wallSeconds: 2, objects: 2_000 };
const on = (slow: number) => predictionOf(named, run, { concurrency: 10, slowness: slow });

it('foresees that a machine half as fast takes twice as long where nothing waits', () => {
  const [fast, slow] = [on(1), on(2)];
  const ratio = slow.wallSeconds.predicted / fast.wallSeconds.predicted;
  expect(ratio).toBeGreaterThan(1.8);
  expect(ratio).toBeLessThan(2.05);
  expect(slow.recordWriteUnits.predicted).toBe(2_000);
});

it('says how far off it was', () => {
  const { wallSeconds, error } = on(1);
  expect(wallSeconds.measured).toBe(2);
  expect(error).toBeCloseTo(wallSeconds.predicted / 2 - 1);
});

it('sets apart what depends on time: receives and reads', () => {
  const detail = {
    ...{ joinTailMs: 50, storedBytes: 1, costUsd: 0.001, peakRssBytes: 1, invocations: 10 },
    ...{ sqsRequests: 29, receives: 11, dynamodbRequests: 164, reads: 15 },
    ...{ controlWriteUnits: 64, recordWriteUnits: 2_000 },
  };
  const measured = { wallSeconds: 1, objects: 2_000, detail };
  const { sends, writes, receives, reads, controlWriteUnits } = predictionOf(named, measured, {
    concurrency: 10,
    slowness: 1,
  });
  expect(sends).toEqual({ predicted: 18, measured: 18 });
  expect(writes).toEqual({ predicted: 151, measured: 149 });
  expect(controlWriteUnits).toEqual({ predicted: 66, measured: 64 });
  expect([receives.measured, reads.measured]).toEqual([11, 15]);
});

it.each([0.5, 1, 2])('knows by its pilot that a machine takes %d times as long', (slow) => {
  const { wallSeconds } = predict(pilot, { concurrency: 10, slowness: slow });
  const runs = [{ wallSeconds, objects: 10_000 }];
  const measured = { runs, coldStarts: [], cpuSeconds: undefined, peakRssBytes: undefined };
  expect(slownessBy(measured, 10) / slow).toBeCloseTo(1, 1);
});

it('shows of some predictions the one whose error is the median', () => {
  const errors = (taken: readonly number[]) =>
    usualOf(taken.map((error) => ({ ...on(1), error }))).map(({ error }) => error);
  expect(errors([0.3, -0.1, 0.02])).toEqual([0.02]);
  expect(errors([0.3, -0.1])).toEqual([-0.1]);
  expect(errors([])).toEqual([]);
});
