import { Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { metricDimension, metricNamespace, type MetricName } from '../shared/core/metric-names';

/** The statistic of a metric that says most about it: how many, how long, or what the last walk of reconcile saw. */
const statistics: Readonly<Record<MetricName, string>> = {
  ObjectsSaved: Stats.SUM,
  ObjectsFailed: Stats.SUM,
  ObjectsRetried: Stats.SUM,
  ObjectsRateLimited: Stats.SUM,
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
 * One of the metrics that the functions of `pipeline` (`<stack>/<pipeline>`) emit.
 * @param props statistic, period, label and the like. The defaults are five minutes, as everywhere in CDK, and the metric's own statistic
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
