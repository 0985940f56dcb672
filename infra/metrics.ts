import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { metricDimension, metricNamespace, type MetricName } from '../shared/core/metric-names';

/** How a metric's values of one period become one. */
export type Statistic = 'Sum' | 'Maximum' | 'Average' | 'p50' | 'p99';

/** One of the metrics that the functions of `pipeline` (`<stack>/<pipeline>`) emit. */
export const pipelineMetric = (
  pipeline: string,
  metricName: MetricName,
  statistic: Statistic,
  period: Duration = Duration.minutes(5),
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { [metricDimension]: pipeline },
    statistic,
    period,
  });
