import { Metrics } from '@aws-lambda-powertools/metrics';
import {
  metricDimension,
  metricNamespace,
  metricUnits,
  type MetricName,
} from '../../core/metric-names';

/** Counts during an invocation, and one line in CloudWatch's embedded metric format at its end. */
export interface PipelineMetrics {
  /** Adds to a metric; 0 of a count is not worth a line, 0 of any other metric is a value. */
  readonly count: (metric: MetricName, value: number) => void;
  /** Writes what was counted, if anything was. */
  readonly flush: () => void;
}

/** Counts that must be written when they are 0: an alarm watches their value. */
const gauges: ReadonlySet<MetricName> = new Set<MetricName>([
  'SourceRate',
  'RunDuration',
  'SecondsSinceLastCompletedRun',
  'RunsOverdue',
  'Paused',
]);

/** Levels of Lambda's log filter that drop a line of INFO. */
const aboveInfo: readonly string[] = ['WARN', 'ERROR', 'FATAL'];

/**
 * The metrics of a pipeline (`<stack>/<pipeline>`). Lambda takes a line without a `level` for one of INFO, and drops it where
 * the function's log level is higher (`AWS_LAMBDA_LOG_LEVEL`): the line then has that level.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function pipelineMetrics(pipeline: string, logLevel?: string): PipelineMetrics {
  const metrics = new Metrics({ namespace: metricNamespace, serviceName: pipeline });
  // Powertools adds a dimension of its own; the alarms watch metrics of exactly one.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [metricDimension]: pipeline });
  const sums = new Map<MetricName, number>();
  return {
    count: (metric, value) => {
      if (value === 0 && !gauges.has(metric)) return;
      if (gauges.has(metric)) metrics.addMetric(metric, metricUnits[metric], value);
      else sums.set(metric, (sums.get(metric) ?? 0) + value);
    },
    flush: () => {
      for (const [metric, sum] of sums) metrics.addMetric(metric, metricUnits[metric], sum);
      sums.clear();
      if (!metrics.hasStoredMetrics()) return;
      if (logLevel !== undefined && aboveInfo.includes(logLevel)) {
        metrics.addMetadata('level', logLevel);
      }
      metrics.publishStoredMetrics();
    },
  };
}
