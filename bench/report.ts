import type { ColdStart, Measurement, MeasuredRun } from './measurement';
import type { NamedWorkload, PostName } from './workload';
import { limitSecondsOf } from './workload';
import { spreadOf, tailOf, type Spread } from './statistics';
import type { Machine } from './machine';
import type { Prediction } from './predict';

/** A workload of the post: medians. */
export interface PostFigures {
  readonly wallSeconds: number;
  /** Of the shortest time that the run can take. */
  readonly ratio: number;
  /** Null without /proc, as below. */
  readonly cpuSeconds: number | null;
  readonly peakRssBytes: number | null;
  readonly ranges: { readonly wallSeconds: Spread };
}

/** Objects without work: medians. */
export interface NoWorkFigures {
  /** From the start to the end of the callback, cold starts included. */
  readonly objectsPerSecond: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number | null;
  /** The most that the whole process tree held at once while the run went. */
  readonly peakRssBytes: number | null;
  readonly ranges: { readonly objectsPerSecond: Spread };
}

/** The figures that only Pollard reports. */
export interface OwnFigures {
  /** Bytes of the items and messages that the emulators hold at the end. */
  readonly storedBytes: number;
  readonly sqsRequestsPerObject: number;
  /** Beyond the record's own. */
  readonly controlWriteUnitsPerObject: number;
  readonly recordWriteUnitsPerObject: number;
  readonly costUsd: number;
}

/** The figures of a contender. */
export interface Figures<None = NoWorkFigures> {
  readonly post: Partial<Record<PostName, PostFigures>>;
  /** By the number of objects. */
  readonly noWork: Record<string, None>;
}

/** A peer that was not measured, and why. */
export interface Missing {
  readonly missing: string;
}

/** The report of `npm run bench`. */
export interface BenchReport extends Figures<NoWorkFigures & OwnFigures> {
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** How often each was measured. */
  readonly times: number;
  readonly concurrency: number;
  /** From the last object settled to the callback running; null when no run was measured. */
  readonly joinTailMs: { readonly median: number; readonly p99: number } | null;
  readonly joinTailRuns: number;
  readonly coldStart: readonly ColdStart[];
  /** Bytes of memory, and of what the emulators hold, for each further object from the smallest size to the largest. */
  readonly growth: { readonly peakRssBytes: number; readonly storedBytes: number } | null;
  readonly peers: Readonly<Record<string, Figures | Missing>>;
  readonly predictions: readonly Prediction[];
  /** The measurements that failed, each with its reason. */
  readonly faults: readonly string[];
}

/** A workload of a contender, measured so often. */
export interface Sample {
  readonly contender: string;
  readonly named: NamedWorkload;
  readonly measurements: readonly Measurement[];
}

export const ourName = 'pollard';

/** The figures of a contender. */
export function figuresOf(samples: readonly Sample[], contender: string): Figures {
  const own = samples.filter((sample) => sample.contender === contender);
  const part = (name: NamedWorkload['part']): Sample[] =>
    own.filter(({ named, measurements }) => named.part === name && measurements.length > 0);
  return {
    post: Object.fromEntries(part('post').map((sample) => [sample.named.name, postOf(sample)])),
    noWork: Object.fromEntries(part('noWork').map((sample) => [sample.named.name, noneOf(sample)])),
  };
}

/** The figures of Pollard, with what only it tells. */
export function ourFiguresOf(samples: readonly Sample[]): Figures<NoWorkFigures & OwnFigures> {
  const { post, noWork } = figuresOf(samples, ourName);
  const own = Object.entries(noWork).map(([size, figures]) => {
    const runs = runsOf(
      samples.filter(({ named, contender }) => isOurs(contender) && named.name === size),
    );
    return [size, { ...figures, ...ownOf(runs) }] as const;
  });
  return { post, noWork: Object.fromEntries(own) };
}

const isOurs = (contender: string): boolean => contender === ourName;

export const runsOf = (samples: readonly Sample[]): MeasuredRun[] =>
  samples.flatMap(({ measurements }) => measurements.flatMap(({ runs }) => runs));

function postOf({ named, measurements }: Sample): PostFigures {
  const wall = spreadOf(wallsOf(measurements));
  return {
    wallSeconds: wall.median,
    ratio: wall.median / (limitSecondsOf(named.workload) ?? wall.median),
    ...useOf(measurements),
    ranges: { wallSeconds: wall },
  };
}

function noneOf({ measurements }: Sample): NoWorkFigures {
  const runs = measurements.flatMap((each) => each.runs);
  const rate = spreadOf(runs.map(({ objects, wallSeconds }) => objects / wallSeconds));
  return {
    objectsPerSecond: rate.median,
    wallSeconds: spreadOf(wallsOf(measurements)).median,
    ...useOf(measurements),
    ranges: { objectsPerSecond: rate },
  };
}

const wallsOf = (measurements: readonly Measurement[]): number[] =>
  measurements.flatMap(({ runs }) => runs.map(({ wallSeconds }) => wallSeconds));

/** Memory as the processes know it of themselves, where there is no /proc to ask. */
function useOf(
  measurements: readonly Measurement[],
): Pick<PostFigures, 'cpuSeconds' | 'peakRssBytes'> {
  const cpu = known(measurements.map(({ cpuSeconds }) => cpuSeconds));
  const memory = known(
    measurements.map(({ peakRssBytes, runs }) => peakRssBytes ?? runs[0]?.detail?.peakRssBytes),
  );
  return {
    cpuSeconds: cpu.length === 0 ? null : spreadOf(cpu).median,
    peakRssBytes: memory.length === 0 ? null : spreadOf(memory).median,
  };
}

const known = (values: readonly (number | undefined)[]): number[] =>
  values.filter((value) => value !== undefined);

function ownOf(runs: readonly MeasuredRun[]): OwnFigures {
  const median = (value: (run: MeasuredRun) => number | undefined): number =>
    spreadOf(known(runs.map(value))).median;
  return {
    storedBytes: median(({ detail }) => detail?.storedBytes),
    sqsRequestsPerObject: median(({ detail, objects }) => detail && detail.sqsRequests / objects),
    controlWriteUnitsPerObject: median(
      ({ detail, objects }) => detail && detail.controlWriteUnits / objects,
    ),
    recordWriteUnitsPerObject: median(
      ({ detail, objects }) => detail && detail.recordWriteUnits / objects,
    ),
    costUsd: median(({ detail }) => detail?.costUsd),
  };
}

/** Milliseconds from the last object settled to the callback, of all runs that tell of it. */
export const joinTailsOf = (runs: readonly MeasuredRun[]): number[] =>
  known(runs.map(({ detail }) => detail?.joinTailMs ?? undefined));

export const joinTailOf = (runs: readonly MeasuredRun[]): BenchReport['joinTailMs'] =>
  tailOf(joinTailsOf(runs));

/** How memory and storage grow with the objects. */
export function growthOf(noWork: BenchReport['noWork']): BenchReport['growth'] {
  const sizes = Object.keys(noWork)
    .map(Number)
    .toSorted((a, b) => a - b);
  const [smallest = 0] = sizes;
  const largest = sizes.at(-1) ?? 0;
  const [few, many] = [noWork[String(smallest)], noWork[String(largest)]];
  if (!few || !many || few === many || few.peakRssBytes === null || many.peakRssBytes === null)
    return null;
  const objects = largest - smallest;
  return {
    peakRssBytes: (many.peakRssBytes - few.peakRssBytes) / objects,
    storedBytes: (many.storedBytes - few.storedBytes) / objects,
  };
}
