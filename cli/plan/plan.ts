import { sumOfValues } from '../../shared/core/lists';
import { alternativesTo, type Alternative, type Instances } from './alternatives';
import { idleMonthUsd, walksAMonth } from './idle';
import { keptMonthUsd, type KeptUsd } from './kept';
import { hoursAMonth } from './prices';
import { recommend, type Recommended } from './recommend';
import { simulate } from './simulate';
import type { Simulation } from './simulation';
import { costOfUsage, timeAndCost, usageOf, type PlannedUsage } from './usage';
import { mostRequestsAtOnce, warningsOf } from './warnings';
import type { Platform, PlanSettings, Workload } from './workload';

/** The input of a plan. */
export interface PlanInput {
  readonly workload: Workload;
  readonly settings: PlanSettings;
  readonly platform: Platform;
  /** Between two polls. */
  readonly periodSeconds: number;
  readonly instances: Instances;
}

/** The predicted time, usage and cost of a poll. */
export interface Plan {
  /** From the start to the end of `onComplete`. */
  readonly wallSeconds: number;
  /** Executions of Lambda at once. */
  readonly peakConcurrency: number;
  /** Objects that are worked on at once, and requests at the source at once that the settings allow. */
  readonly peakObjects: number;
  readonly mostRequestsAtOnce: number;
  /** The same poll where SQS hands out one message at a time, as it often does from a short queue. */
  readonly singleMessages: { readonly wallSeconds: number; readonly costUsd: number };
  readonly outlastsPeriod: boolean;
  readonly periodSeconds: number;
  /** Objects that are not settled when the next tick comes. */
  readonly backlogAtNextTick: number;
  readonly retried: number;
  readonly failed: number;
  readonly requests: Pick<PlannedUsage, 'sqs' | 'dynamodb' | 'lambda'>;
  readonly writeUnits: PlannedUsage['writeUnits'];
  readonly gbSeconds: number;
  readonly costUsd: {
    readonly run: number;
    /** Of a run: fan-out and join, waiting for the source, records. */
    readonly orchestration: number;
    readonly waiting: number;
    readonly records: number;
    /** As many runs as the period allows, and the idle cost of the pipeline. */
    readonly month: number;
    readonly idleMonth: number;
    /** The monthly cost of what is kept; `month` does not include it. */
    readonly keptMonth: KeptUsd;
  };
  readonly alternatives: readonly Alternative[];
  readonly recommended: Recommended;
  readonly warnings: readonly string[];
  readonly inFlight: Simulation['inFlight'];
}

/** Simulates a poll and computes what it costs, next to alternatives. */
export function plan(input: PlanInput): Plan {
  const { workload, settings, platform, periodSeconds, instances } = input;
  const simulation = simulate(workload, settings, platform);
  const usage = usageOf(simulation.shape);
  const cost = costOfUsage(usage, simulation.gbSeconds);
  const idleMonth = idleMonthUsd();
  const { wallSeconds } = simulation;
  const ticks = Math.max(1, Math.ceil(wallSeconds / periodSeconds));
  const runsAMonth = (hoursAMonth * 3_600) / (periodSeconds * ticks);
  const planned = { workload, settings, platform, periodSeconds, simulation };
  return {
    wallSeconds,
    peakConcurrency: simulation.peakConcurrency,
    peakObjects: simulation.peakObjects,
    mostRequestsAtOnce: mostRequestsAtOnce(planned),
    singleMessages: withSingleMessages(input),
    outlastsPeriod: wallSeconds > periodSeconds,
    periodSeconds,
    backlogAtNextTick:
      wallSeconds > periodSeconds
        ? Math.round(workload.objects - simulation.settledAt(periodSeconds))
        : 0,
    retried: simulation.retried,
    failed: simulation.failed,
    requests: { sqs: usage.sqs, dynamodb: usage.dynamodb, lambda: usage.lambda },
    writeUnits: usage.writeUnits,
    gbSeconds: simulation.gbSeconds.waiting + simulation.gbSeconds.other,
    costUsd: {
      run: cost.total,
      orchestration: cost.orchestration,
      waiting: cost.waiting,
      records: cost.records,
      month: cost.total * runsAMonth + idleMonth,
      idleMonth,
      keptMonth: keptMonthUsd(workload, {
        runsAMonth,
        invocations: sumOfValues(usage.lambda),
        walksAMonth: walksAMonth(),
        retentionDays: settings.retentionDays,
      }),
    },
    alternatives: alternativesTo({
      ...{ workload, periodSeconds, instances },
      runsAMonth: (hoursAMonth * 3_600) / periodSeconds,
      concurrency: platform.concurrency,
    }),
    recommended: recommend(workload, settings, platform, periodSeconds),
    warnings: warningsOf(planned),
    inFlight: simulation.inFlight,
  };
}

function withSingleMessages({ workload, settings, platform }: PlanInput): Plan['singleMessages'] {
  return timeAndCost(simulate(workload, settings, { ...platform, messagesPerReceive: 1 }));
}
