import { Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { metricDimension, metricNamespace, type MetricName } from '../shared/core/metric-names';

/** The default statistic of each metric: a count, a duration, or the state at the last walk of reconcile. */
const statistics: Readonly<Record<MetricName, string>> = {
  ObjectsSaved: Stats.SUM,
  ObjectsFailed: Stats.SUM,
  ObjectsRetried: Stats.SUM,
  ObjectsRateLimited: Stats.SUM,
  CallsRefused: Stats.SUM,
  SourceRate: Stats.AVERAGE,
  RunDuration: Stats.AVERAGE,
  RunsCompleted: Stats.SUM,
  RunsFailed: Stats.SUM,
  TicksSkipped: Stats.SUM,
  DeadLettered: Stats.SUM,
  CallbackErrors: Stats.SUM,
  SecondsSinceLastCompletedRun: Stats.MAXIMUM,
  RunsOverdue: Stats.MAXIMUM,
  Paused: Stats.MAXIMUM,
};

/**
 * Returns one of the metrics that the functions of `pipeline` (`<stack>/<pipeline>`) emit.
 * @param props statistic, period, label and the like. The defaults are CDK's five minutes and the metric's own statistic
 */
export const pipelineMetric = (
  pipeline: string,
  metricName: MetricName,
  props: MetricOptions = {},
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { [metricDimension]: pipeline },
    statistic: statistics[metricName],
    ...props,
  });
