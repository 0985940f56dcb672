import { measure } from '../../../bench/contender';
import { parseOptions } from '../../../bench/options';
import { statOf, treeOf } from '../../../bench/process-tree';
import {
  figuresOf,
  growthOf,
  joinTailOf,
  ourFiguresOf,
  runsOf,
  type Sample,
} from '../../../bench/report';
import { quantile, spreadOf, tailOf } from '../../../bench/statistics';
import { limitSecondsOf, noWork, postWorkloads, workloadsOf } from '../../../bench/workload';

const optionsOf = (...args: string[]) => {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
};

describe('the options', () => {
  it('measure Pollard alone, once, where nothing is said', () => {
    expect(optionsOf()).toMatchObject({
      peers: [],
      times: 1,
      sizes: [2_000, 20_000, 100_000],
      only: ['post', 'noWork', 'joinTail', 'coldStart'],
    });
  });

  it('measure three times beside peers, all of them where none is named', () => {
    expect(optionsOf('--peers')).toMatchObject({ peers: ['bullmq', 'celery'], times: 3 });
    expect(optionsOf('--peers', 'celery', '--times', '1')).toMatchObject({
      peers: ['celery'],
      times: 1,
    });
  });

  it.each([
    [['--sizes', '150'], 'whole hundreds'],
    [['--only', 'posts'], 'some of post,noWork'],
    [['--peers', 'sidekiq'], 'some of bullmq,celery'],
    [['--times', '0'], 'from 1 to 100'],
    [['--fast'], 'unknown option'],
  ])('%j is refused', (args, why) => {
    expect(parseOptions(args)).toMatchObject({
      kind: 'bad',
      message: expect.stringContaining(why) as string,
    });
  });
});

describe('the workloads', () => {
  it('are those that are asked for', () => {
    const names = (...args: string[]) => workloadsOf(optionsOf(...args)).map(({ name }) => name);
    expect(names('--only', 'noWork', '--sizes', '2000,20000')).toEqual(['2000', '20000']);
    expect(names('--only', 'post')).toEqual(['sequential', 'parallel', 'http', 'httpParallel']);
    expect(names('--only', 'coldStart')).toEqual([]);
  });

  it('have the critical paths of the post', () => {
    expect(limitSecondsOf(postWorkloads.sequential)).toBe(12.75);
    expect(limitSecondsOf(postWorkloads.parallel)).toBe(3.25);
    expect(limitSecondsOf(noWork(2_000))).toBeUndefined();
  });
});

it('takes medians, ranges and percentiles', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spreadOf([4, 1])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(() => spreadOf([])).toThrow('nothing was measured');
  expect(quantile([0, 100], 0.99)).toBeCloseTo(99);
  expect(tailOf([])).toBeNull();
});

const detail = {
  joinTailMs: 40,
  storedBytes: 400_000,
  sqsRequests: 40,
  receives: 12,
  dynamodbRequests: 300,
  reads: 20,
  invocations: 30,
  controlWriteUnits: 100,
  recordWriteUnits: 2_000,
  costUsd: 0.002,
  peakRssBytes: 3e8,
};
const sample = (contender: string, objects: number, walls: number[], bytes: number): Sample => ({
  contender,
  named: { part: 'noWork', name: String(objects), workload: noWork(objects) },
  measurements: walls.map((wallSeconds) => ({
    runs: [{ wallSeconds, objects, detail: { ...detail, storedBytes: objects * 200 } }],
    coldStarts: [],
    cpuSeconds: 2,
    peakRssBytes: bytes,
  })),
});

describe('the figures', () => {
  const samples = [
    sample('pollard', 2_000, [1, 4, 2], 3e8),
    sample('pollard', 102_000, [10], 4e8),
    sample('bullmq', 2_000, [2], 5e8),
  ];

  it('are medians of each contender', () => {
    expect(ourFiguresOf(samples).noWork['2000']).toEqual({
      objectsPerSecond: 1_000,
      wallSeconds: 2,
      cpuSeconds: 2,
      peakRssBytes: 3e8,
      ranges: { objectsPerSecond: { median: 1_000, min: 500, max: 2_000 } },
      storedBytes: 400_000,
      sqsRequestsPerObject: 0.02,
      controlWriteUnitsPerObject: 0.05,
      recordWriteUnitsPerObject: 1,
      costUsd: 0.002,
    });
    expect(figuresOf(samples, 'bullmq').noWork['2000']).toMatchObject({ objectsPerSecond: 1_000 });
    expect(joinTailOf(runsOf(samples))).toEqual({ median: 40, p99: 40 });
  });

  it('say how memory grows with the objects', () => {
    expect(growthOf(ourFiguresOf(samples).noWork)).toEqual({
      peakRssBytes: 1_000,
      storedBytes: 200,
    });
    expect(growthOf({})).toBeNull();
  });

  it('leave out what could not be measured', () => {
    expect(figuresOf([{ ...samples[2]!, measurements: [] }], 'bullmq').noWork).toEqual({});
  });

  it('fall back to what a process knows of its own memory', () => {
    const [{ measurements, ...rest }] = samples as [Sample];
    const without = measurements.map((each) => ({
      ...each,
      cpuSeconds: undefined,
      peakRssBytes: undefined,
    }));
    const figures = ourFiguresOf([{ ...rest, measurements: without }]).noWork['2000'];
    expect(figures).toMatchObject({ cpuSeconds: null, peakRssBytes: detail.peakRssBytes });
  });
});

describe('a process tree', () => {
  it('is read from lines whose names hold anything', () => {
    const line =
      '42 (a) b (c) S 7 42 42 0 -1 4194304 9 0 0 0 11 12 13 14 20 0 1 0 5 9000 256 0 0 0';
    expect(statOf(line)).toEqual({ parent: 7, cpuTicks: 50, rssBytes: 256 * 4_096 });
  });

  it('is everything below its roots', () => {
    const parents = new Map([
      [30, 20],
      [20, 10],
      [10, 1],
      [40, 1],
      [50, 40],
    ]);
    expect(treeOf([10], parents).sort()).toEqual([10, 20, 30]);
    expect(treeOf([10, 40], parents).sort()).toEqual([10, 20, 30, 40, 50]);
  });
});

describe('a contestant', () => {
  const script = (code: string) => ({ command: process.execPath, args: ['-e', code] });
  const say = (line: object) => `console.log(JSON.stringify(${JSON.stringify(line)}));`;

  it('tells of its runs, and is watched while they go', async () => {
    const settled: number[] = [];
    const burn = 'const before = process.cpuUsage(); while (process.cpuUsage(before).user < 3e5);';
    const code = [
      say({ bench: 'begins' }),
      'setTimeout(() => {',
      burn,
      say({ bench: 'progress', settled: 5 }),
      say({ bench: 'run', run: { wallSeconds: 1.5, objects: 10 } }),
      say({ bench: 'ended' }),
      'process.stdin.resume(); }, 500);',
    ].join('\n');
    const measurement = await measure(script(code), (count) => settled.push(count));
    expect(measurement.runs).toEqual([{ wallSeconds: 1.5, objects: 10 }]);
    expect(settled).toEqual([5]);
    if (process.platform !== 'linux') return;
    expect(measurement.cpuSeconds).toBeGreaterThan(0.1);
    expect(measurement.peakRssBytes).toBeGreaterThan(1e7);
  });

  it('that fails is told of by what it wrote', async () => {
    const failing = measure(script('console.error("no luck"); process.exit(3)'), () => undefined);
    await expect(failing).rejects.toThrow(/exit code 3[^]*no luck/);
  });

  it('that is not there is an error', async () => {
    const absent = { command: '/nonexistent/program', args: [] };
    await expect(measure(absent, () => undefined)).rejects.toThrow('ENOENT');
  });
});
