import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { functionNames } from '../shared/environment';
import { queueNames } from './access';
import type { CollectorPipeline } from './collector-pipeline';

/**
 * Publishes where a pipeline's things are: for programs one SSM parameter, `/pollard/<stack>/<pipeline>`, so that nobody
 * guesses names; for a person the outputs that the README uses.
 */
export function publish(
  pipeline: CollectorPipeline,
  schedule: ScheduleExpression | undefined,
): void {
  const { name, collectorName, tables, queues, handlers, settings, monitoring } = pipeline;
  const stack = Stack.of(pipeline);
  const published = {
    pipeline: name,
    collector: collectorName,
    schedule: schedule?.expressionString,
    settings,
    tables: { control: tables.control.tableName, record: tables.record.tableName },
    queues: Object.fromEntries(queueNames.map((queue) => [queue, queues.get(queue).queueUrl])),
    functions: Object.fromEntries(
      functionNames.map((handler) => [handler, handlers[handler].function.functionName]),
    ),
  };
  new StringParameter(pipeline, 'Published', {
    parameterName: `/pollard/${name}`,
    description: 'Where the things of this Pollard pipeline are, for the pollard command',
    stringValue: stack.toJsonString(published),
  });
  new CfnOutput(pipeline, 'StartFunction', {
    value: handlers.start.function.functionName,
    description: 'Invoke it to start a run now',
  });
  new CfnOutput(pipeline, 'Dashboard', {
    value: monitoring.dashboard.dashboardName,
    description: 'The CloudWatch dashboard',
  });
  new CfnOutput(pipeline, 'AlarmTopic', {
    value: monitoring.topic.topicArn,
    description: 'Subscribe to it to be told of alarms',
  });
}
