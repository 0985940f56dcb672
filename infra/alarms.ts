import { Duration } from 'aws-cdk-lib';
import { TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Settings } from '../shared/environment';
import type { Handlers } from './handlers';
import { longestGapOf } from './longest-gap';
import { pipelineMetric } from './metrics';
import type { Queues } from './queues';

/** An alarm: `anchor` is its entry in docs/runbook.md, `id` its name in the template. */
export interface AlarmSpec {
  readonly id: string;
  readonly anchor: string;
  /** A sentence that says what has happened when it is raised. */
  readonly says: string;
  readonly metric: IMetric;
  /** Raised when the metric is at least this. */
  readonly threshold: number;
  /** Periods of the metric in a row. @default 1 */
  readonly periods?: number;
  /**
   * Whether silence is trouble too: what writes the metric has stopped. @default TreatMissingData.NOT_BREACHING: most
   * metrics have no data while nothing runs
   */
  readonly treatMissingData?: TreatMissingData;
}

const fiveMinutes = Duration.minutes(5);

/** Returns five minutes, or the time between two walks of reconcile if that is longer: each period has at least one walk. */
const periodOfWalks = ({ reconcilePeriodSeconds }: Settings): Duration =>
  Duration.minutes(Math.max(5, Math.ceil(reconcilePeriodSeconds / 60)));

/** The resources that the alarms watch. */
export interface AlarmSources {
  /** `<stack>/<pipeline>`: the dimension of its metrics. */
  readonly pipeline: string;
  readonly settings: Settings;
  readonly queues: Queues;
  readonly handlers: Handlers;
  readonly schedule: ScheduleExpression | undefined;
}

/** Lists the alarms of a pipeline: what a person must know, and can do something about. */
export function alarmsOf(sources: AlarmSources, alarmAfterPeriods: number): AlarmSpec[] {
  return [
    ...runAlarms(sources, alarmAfterPeriods),
    ...messageAlarms(sources),
    ...functionAlarms(sources),
  ];
}

/** Lists the alarms of a pipeline whose period is known: no run has completed, or ticks are skipped. */
function tickAlarms(
  { pipeline, settings, schedule }: AlarmSources,
  alarmAfterPeriods: number,
): AlarmSpec[] {
  const periodSeconds = settings.periodSeconds ?? longestGapOf(schedule);
  if (periodSeconds === undefined) return [];
  return [
    {
      id: 'NoRunCompleted',
      anchor: 'no-run-completed',
      says: `No run but a redrive has ended SUCCEEDED or PARTIAL for ${alarmAfterPeriods} periods`,
      metric: pipelineMetric(pipeline, 'SecondsSinceLastCompletedRun'),
      threshold: alarmAfterPeriods * periodSeconds,
    },
    {
      id: 'TicksSkipped',
      anchor: 'ticks-skipped',
      says: 'Ticks are skipped again and again: the run before is under way for too long, or the pipeline is paused',
      ...windowsOf(pipeline, periodSeconds, alarmAfterPeriods),
      threshold: 1,
    },
  ];
}

/** Makes a window for each period, as many as CloudWatch evaluates: a day in total, or a week if a window has an hour or more. */
function windowsOf(
  pipeline: string,
  periodSeconds: number,
  periods: number,
): Pick<AlarmSpec, 'metric' | 'periods'> {
  const windowSeconds = Math.min(86_400, Math.max(60, 60 * Math.ceil(periodSeconds / 60)));
  const mostSeconds = windowSeconds < 3_600 ? 86_400 : 604_800;
  const period = Duration.seconds(windowSeconds);
  return {
    metric: pipelineMetric(pipeline, 'TicksSkipped', { period }),
    periods:
      windowSeconds < periodSeconds
        ? 1
        : Math.min(periods, Math.floor(mostSeconds / windowSeconds)),
  };
}

function runAlarms(sources: AlarmSources, alarmAfterPeriods: number): AlarmSpec[] {
  const { pipeline, settings } = sources;
  return [
    {
      id: 'RunOverdue',
      anchor: 'run-overdue',
      says: 'A run is past its deadline and has not ended, or reconcile has stopped writing its metrics',
      metric: pipelineMetric(pipeline, 'RunsOverdue', { period: periodOfWalks(settings) }),
      threshold: 1,
      treatMissingData: TreatMissingData.BREACHING,
      // onComplete of a run cut short may take its 15 minutes.
      periods: 4,
    },
    ...tickAlarms(sources, alarmAfterPeriods),
    {
      id: 'Paused',
      anchor: 'paused',
      says: 'The pipeline is paused: it starts no runs until it is resumed',
      metric: pipelineMetric(pipeline, 'Paused'),
      threshold: 1,
    },
  ];
}

function messageAlarms({ pipeline, queues }: AlarmSources): AlarmSpec[] {
  const waiting = { statistic: 'Maximum', period: fiveMinutes };
  return [
    {
      id: 'DeadLetters',
      anchor: 'dead-letters',
      says: 'A function crashed or timed out on every delivery of a message; its work is settled as failed',
      metric: pipelineMetric(pipeline, 'DeadLettered'),
      threshold: 1,
    },
    {
      id: 'ParkedMessages',
      anchor: 'parked-messages',
      says: 'There are messages in the parking queue, which no function consumes',
      metric: queues.parked.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
    },
    {
      id: 'LostTick',
      anchor: 'lost-tick',
      says: 'A tick could not be delivered, or its start failed: that poll did not run',
      metric: queues.lostTicks.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
    },
  ];
}

function functionAlarms({ pipeline, settings, handlers }: AlarmSources): AlarmSpec[] {
  const errors = { statistic: 'Sum', period: fiveMinutes };
  return [
    {
      id: 'StartThrottled',
      anchor: 'start-throttled',
      says: 'Lambda throttles the start function: ticks are late, or lost when their time is over',
      metric: handlers.start.function.metricThrottles(errors),
      threshold: 1,
      periods: 3,
    },
    {
      id: 'CallbackFailing',
      anchor: 'callback-failing',
      says: 'onComplete throws: it is retried, then the run is CALLBACK_FAILED',
      metric: pipelineMetric(pipeline, 'CallbackErrors'),
      threshold: 1,
    },
    {
      // Not one alarm of two metrics: an expression is more than some emulators of CloudWatch take.
      id: 'CallbackDying',
      anchor: 'callback-failing',
      says: 'The callback function crashes or times out: it is retried, then the run is CALLBACK_FAILED',
      metric: handlers.callback.function.metricErrors(errors),
      threshold: 1,
    },
    {
      id: 'ReconcileFailing',
      anchor: 'reconcile-failing',
      says: 'reconcile fails or is not invoked: stuck runs are not repaired, and the other alarms of runs do not fire',
      // Lambda writes Errors, of 0 too, for each invocation: without data there was none.
      metric: handlers.reconcile.function.metricErrors({
        ...errors,
        period: periodOfWalks(settings),
      }),
      threshold: 1,
      periods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    },
  ];
}
