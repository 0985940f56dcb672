import { plan, type Plan } from '../shared/plan/plan';
import { embeddedPlatformOn } from '../shared/plan/workload';
import { prices } from '../shared/core/prices';
import { parseSettings } from '../shared/environment';
import type { MeasuredRun } from './measurement';
import { postMs } from './post';
import { spreadOf } from './statistics';
import { objectsOf, type NamedWorkload } from './workload';

/** A figure as it was foreseen and as it came. */
export interface Foreseen {
  readonly predicted: number;
  readonly measured: number;
}

/** What `pollard plan` says of a workload on the embedded cloud, beside what was measured: medians. */
export interface Prediction {
  readonly name: string;
  /** Of the machine, which the prediction takes into account: 2 takes twice as long. */
  readonly slowness: number;
  readonly wallSeconds: Foreseen;
  /** Of the wall time: predicted / measured − 1. */
  readonly error: number;
  readonly sqsRequests: Foreseen;
  readonly dynamodbRequests: Foreseen;
  readonly invocations: Foreseen;
  readonly controlWriteUnits: Foreseen;
  readonly recordWriteUnits: Foreseen;
}

/** Bytes of the ids and records of the bench's workloads. */
const sizes = { idBytes: 15, recordBytes: 120 } as const;

/** Where a workload was run. */
export interface Place {
  readonly concurrency: number;
  /** Of the machine, as `slowness()` has it. */
  readonly slowness: number;
}

/** Foresees a workload and says how far that was off. */
export function predictionOf(
  named: NamedWorkload,
  runs: readonly MeasuredRun[],
  place: Place,
): Prediction {
  const planned = foresee(named, place);
  const measured = (value: (run: MeasuredRun) => number): number =>
    spreadOf(runs.map(value)).median;
  const detail = (name: DetailName): number => measured((run) => run.detail?.[name] ?? 0);
  const wallSeconds = measured((run) => run.wallSeconds);
  const { requests, writeUnits } = planned;
  return {
    name: `${named.part} ${named.name}`,
    slowness: place.slowness,
    wallSeconds: { predicted: planned.wallSeconds, measured: wallSeconds },
    error: planned.wallSeconds / wallSeconds - 1,
    sqsRequests: { predicted: sumOf(requests.sqs), measured: detail('sqsRequests') },
    dynamodbRequests: { predicted: sumOf(requests.dynamodb), measured: detail('dynamodbRequests') },
    invocations: { predicted: sumOf(requests.lambda), measured: detail('invocations') },
    controlWriteUnits: { predicted: writeUnits.control, measured: detail('controlWriteUnits') },
    recordWriteUnits: { predicted: writeUnits.records, measured: detail('recordWriteUnits') },
  };
}

type DetailName =
  'sqsRequests' | 'dynamodbRequests' | 'invocations' | 'controlWriteUnits' | 'recordWriteUnits';

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

function foresee({ workload }: NamedWorkload, { concurrency, slowness }: Place): Plan {
  const busy = workload.work !== 'none';
  const seconds = (ms: number): number => (busy ? ms / 1_000 : 0);
  return plan({
    workload: {
      objects: objectsOf(workload),
      pageSize: workload.pageSize,
      numbered: workload.pages === 'parallel',
      pageSeconds: seconds(postMs.page),
      fetchSeconds: [seconds(postMs.object), seconds(postMs.details)],
      crunchSeconds: seconds(postMs.crunch),
      failureRate: 0,
      attempts: 5,
      ...sizes,
      // The collector that sleeps hands none on; `resources` does.
      handsOnState: workload.work !== 'sleeps',
    },
    settings: parseSettings({}),
    platform: { ...embeddedPlatformOn(slowness), concurrency },
    periodSeconds: 3_600,
    // What it is compared with does not matter here.
    instances: { count: 1, hourUsd: prices.instanceHour.usd, processes: 1 },
  });
}
