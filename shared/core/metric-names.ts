/** The CloudWatch namespace of every metric of Pollard. */
export const metricNamespace = 'Pollard';

/** The one dimension of every metric: `<stack>/<pipeline>`. */
export const metricDimension = 'pipeline';

/** The metrics that the functions emit and the alarms watch, with CloudWatch's unit of each. */
export const metricUnits = {
  /** Objects whose record was saved: counted when they settle, so a second delivery of an object counts nothing. */
  ObjectsSaved: 'Count',
  /** Objects settled as failed; counted as those saved are. */
  ObjectsFailed: 'Count',
  /** Objects sent back for another attempt. */
  ObjectsRetried: 'Count',
  /** Objects sent back because the source asked to slow down. */
  ObjectsRateLimited: 'Count',
  /** Calls that the source refused: 429, or 503 with `Retry-After`; not of a source that is `unlimited`. */
  CallsRefused: 'Count',
  /**
   * Calls to the source that may start in a second, 0 while it is closed; written by each walk of reconcile while a run is under way
   * and the source has one limit, declared or learned.
   */
  SourceRate: 'Count/Second',
  /** From a run's start to its final status. */
  RunDuration: 'Seconds',
  /** Runs that ended SUCCEEDED or PARTIAL. */
  RunsCompleted: 'Count',
  /** Runs that ended in any other status. */
  RunsFailed: 'Count',
  /** Ticks and other starts that found a run under way, a backlog, or the pipeline paused. */
  TicksSkipped: 'Count',
  /** Messages whose handler died `maxReceiveCount` times. */
  DeadLettered: 'Count',
  /** Deliveries of a callback task that ended in an error. */
  CallbackErrors: 'Count',
  /** Age of the last run that ended SUCCEEDED or PARTIAL; written by each walk of reconcile. */
  SecondsSinceLastCompletedRun: 'Seconds',
  /** Active runs past their deadline; written by each walk of reconcile. */
  RunsOverdue: 'Count',
  /** 1 while the pipeline is paused; written by each walk of reconcile. */
  Paused: 'Count',
} as const satisfies Record<string, 'Count' | 'Count/Second' | 'Seconds'>;

/** The name of a metric. */
export type MetricName = keyof typeof metricUnits;
