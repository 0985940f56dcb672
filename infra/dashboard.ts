import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  LogQueryWidget,
  SingleValueWidget,
  Stats,
  TextWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { MetricName } from '../shared/core/metric-names';
import { functionNames } from '../shared/environment';
import type { Handlers } from './handlers';
import { pipelineMetric } from './metrics';
import type { Queues } from './queues';

const minute = Duration.minutes(1);

/** The resources that the dashboard shows. */
export interface DashboardSources {
  /** `<stack>/<pipeline>`: the title, and the dimension of the metrics. */
  readonly pipeline: string;
  readonly queues: Queues;
  readonly handlers: Handlers;
  readonly logGroup: ILogGroup;
}

/** Creates the dashboard of a pipeline: is it healthy, how far is it, what failed; from top to bottom. */
export function dashboardOf(
  scope: Construct,
  sources: DashboardSources,
  alarms: readonly IAlarm[],
): Dashboard {
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: sources.pipeline.replace(/[^A-Za-z0-9_-]/g, '-'),
    defaultInterval: Duration.hours(3),
    widgets: [healthy(sources, alarms), ...howFar(sources), ...whatFailed(sources)],
  });
}

function healthy({ pipeline }: DashboardSources, alarms: readonly IAlarm[]): IWidget[] {
  const now = (metric: MetricName) => pipelineMetric(pipeline, metric);
  return [
    new TextWidget({
      markdown: `# ${pipeline}\nIs it healthy? What to do about an alarm: docs/runbook.md`,
      width: 6,
      height: 4,
    }),
    new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 9, height: 4 }),
    new SingleValueWidget({
      title: 'Now',
      metrics: [now('SecondsSinceLastCompletedRun'), now('RunsOverdue'), now('Paused')],
      width: 9,
      height: 4,
    }),
  ];
}

function howFar({ pipeline, queues, handlers }: DashboardSources): IWidget[][] {
  const sums = (...metrics: MetricName[]) => metricsOf(pipeline, metrics);
  const depth = (['pages', 'objects', 'isolation', 'callbacks'] as const).flatMap((queue) => [
    queues.get(queue).metricApproximateNumberOfMessagesVisible({
      label: `${queue} waiting`,
      statistic: Stats.MAXIMUM,
      period: minute,
    }),
    queues.get(queue).metricApproximateNumberOfMessagesNotVisible({
      label: `${queue} in flight`,
      statistic: Stats.MAXIMUM,
      period: minute,
    }),
  ]);
  const concurrency = functionNames.map((handler) =>
    handlers[handler].function.metric('ConcurrentExecutions', {
      label: handler,
      statistic: Stats.MAXIMUM,
      period: minute,
    }),
  );
  return [
    [
      graph('Objects a minute', sums('ObjectsSaved', 'ObjectsRetried', 'ObjectsRateLimited')),
      graph('Messages', depth),
      graph('Functions at work', concurrency),
    ],
    [
      graph('Calls to the source that may start in a second', sums('SourceRate'), half),
      graph('Calls that the source refused, a minute', sums('CallsRefused'), half),
    ],
    [
      graph('Runs', sums('RunsCompleted', 'RunsFailed', 'TicksSkipped')),
      graph('Duration of runs, seconds', [
        pipelineMetric(pipeline, 'RunDuration', { statistic: Stats.MAXIMUM }),
        pipelineMetric(pipeline, 'RunDuration'),
      ]),
      graph(
        'Duration of functions, ms (p99)',
        functionNames.map((handler) =>
          handlers[handler].function.metricDuration({
            label: handler,
            statistic: 'p99',
            period: minute,
          }),
        ),
      ),
    ],
  ];
}

function whatFailed({ pipeline, handlers, queues, logGroup }: DashboardSources): IWidget[][] {
  const errors = functionNames.map((handler) =>
    handlers[handler].function.metricErrors({ label: handler, period: minute }),
  );
  const throttles = functionNames.map((handler) =>
    handlers[handler].function.metricThrottles({ label: `${handler} throttled`, period: minute }),
  );
  const lying = (['parked', 'lostTicks'] as const).map((queue) =>
    queues.get(queue).metricApproximateNumberOfMessagesVisible({ label: queue, period: minute }),
  );
  return [
    [
      graph(
        'What failed',
        metricsOf(pipeline, ['ObjectsFailed', 'DeadLettered', 'CallbackErrors']),
      ),
      graph('Errors of functions', [...errors, ...throttles]),
      graph('Waiting for a person', lying),
    ],
    [
      new LogQueryWidget({
        title: 'Last warnings and errors',
        logGroupNames: [logGroup.logGroupName],
        queryLines: [
          'fields @timestamp, level, function, message, runId, error',
          'filter level in ["WARN", "ERROR"]',
          'sort @timestamp desc',
          'limit 50',
        ],
        width: 24,
        height: 8,
      }),
    ],
  ];
}

const metricsOf = (pipeline: string, names: readonly MetricName[]) =>
  names.map((name) => pipelineMetric(pipeline, name, { period: minute }));

/** Columns of a widget: a row has 24. */
const [third, half] = [8, 12];

const graph = (title: string, left: readonly IMetric[], width = third): GraphWidget =>
  new GraphWidget({ title, left: [...left], width, height: 6, leftYAxis: { min: 0 } });
