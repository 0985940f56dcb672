import { predictionOf } from '../../../bench/predict';
import { slowness } from '../../../bench/machine-speed';
import { noWork } from '../../../bench/workload';

const named = { part: 'noWork', name: '2000', workload: noWork(2_000) } as const;
const runs = [{ wallSeconds: 2, objects: 2_000 }];
const on = (slow: number) => predictionOf(named, runs, { concurrency: 10, slowness: slow });

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
    ...{ sqsRequests: 29, receives: 11, dynamodbRequests: 196, reads: 15 },
    ...{ controlWriteUnits: 117, recordWriteUnits: 2_000 },
  };
  const measured = [{ wallSeconds: 1, objects: 2_000, detail }];
  const { sends, writes, receives, reads, controlWriteUnits } = predictionOf(named, measured, {
    concurrency: 10,
    slowness: 1,
  });
  expect(sends).toEqual({ predicted: 18, measured: 18 });
  expect(writes).toEqual({ predicted: 181, measured: 181 });
  expect(controlWriteUnits).toEqual({ predicted: 117, measured: 117 });
  expect([receives.measured, reads.measured]).toEqual([11, 15]);
});

it('finds this machine neither infinitely fast nor stuck', () => {
  const slow = slowness();
  expect(slow).toBeGreaterThan(0.01);
  expect(slow).toBeLessThan(100);
});
