import { plan, type Plan } from '../cli/plan/plan';
import { embeddedPlatformOn } from '../cli/plan/workload';
import { prices } from '../cli/plan/prices';
import { sumOfValues } from '../shared/core/lists';
import { parseSettings } from '../shared/environment';
import type { MeasuredRun } from './measurement';
import { postMs, type Workload } from './post';
import { objectsOf, type NamedWorkload } from './workload';

/** A figure as predicted and as measured. */
export interface Predicted {
  readonly predicted: number;
  readonly measured: number;
}

/** The prediction of `pollard plan` for a run on the embedded cloud, next to the measurement. */
export interface Prediction {
  readonly name: string;
  /** Of the machine, which the prediction takes into account: 2 takes twice as long. */
  readonly slowness: number;
  readonly wallSeconds: Predicted;
  /** Of the wall time: predicted / measured − 1. */
  readonly error: number;
  /** Exact, as are the write units: sends and deletes of SQS, and DynamoDB's writes. */
  readonly sends: Predicted;
  readonly writes: Predicted;
  readonly controlWriteUnits: Predicted;
  readonly recordWriteUnits: Predicted;
  readonly invocations: Predicted;
  /** These depend on time, as `measurement.ts` says. */
  readonly receives: Predicted;
  readonly reads: Predicted;
}

/** Bytes of the ids and records of the bench's workloads. */
const sizes = { idBytes: 15, recordBytes: 120 } as const;

/** Where a workload was run. */
export interface Place {
  readonly concurrency: number;
  /** Of the machine, as `pilot.ts` has it. */
  readonly slowness: number;
}

/** Predicts a run and returns how far off that was. */
export function predictionOf(
  { part, name, workload }: NamedWorkload,
  { wallSeconds, detail }: MeasuredRun,
  place: Place,
): Prediction {
  const planned = predict(workload, place);
  const comparison = (predicted: number, value: (of: Detail) => number): Predicted => ({
    predicted,
    measured: detail ? value(detail) : 0,
  });
  const { requests, writeUnits } = planned;
  const { ReceiveMessage: receives, ...sends } = requests.sqs;
  const { GetItem: reads, ...writes } = requests.dynamodb;
  return {
    name: `${part} ${name}`,
    slowness: place.slowness,
    wallSeconds: { predicted: planned.wallSeconds, measured: wallSeconds },
    error: planned.wallSeconds / wallSeconds - 1,
    sends: comparison(sumOfValues(sends), (each) => each.sqsRequests - each.receives),
    writes: comparison(sumOfValues(writes), (each) => each.dynamodbRequests - each.reads),
    controlWriteUnits: comparison(writeUnits.control, (each) => each.controlWriteUnits),
    recordWriteUnits: comparison(writeUnits.records, (each) => each.recordWriteUnits),
    invocations: comparison(sumOfValues(requests.lambda), (each) => each.invocations),
    receives: comparison(receives, (each) => each.receives),
    reads: comparison(reads, (each) => each.reads),
  };
}

/** Of the predictions of one workload, the one whose error is the median; none of none. */
export function usualOf(predictions: readonly Prediction[]): Prediction[] {
  const middle = Math.floor((predictions.length - 1) / 2);
  return predictions.toSorted((a, b) => a.error - b.error).slice(middle, middle + 1);
}

type Detail = NonNullable<MeasuredRun['detail']>;

/** Predicts a workload on the embedded cloud with `pollard plan`. */
export function predict(workload: Workload, { concurrency, slowness }: Place): Plan {
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
      listing: 'all',
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
