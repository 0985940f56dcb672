import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { functionNames, type Settings } from '../shared/environment';
import { queueNames } from './access';
import type { Handlers } from './handlers';
import type { Queues } from './queues';
import type { Tables } from './tables';

/** The parts of a pipeline that are published. */
export interface PublishedResources {
  /** `<stack>/<pipeline>`. */
  readonly pipeline: string;
  /** The collector's name. */
  readonly collector: string;
  readonly schedule: ScheduleExpression | undefined;
  readonly settings: Settings;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly handlers: Handlers;
  readonly logGroup: ILogGroup;
  readonly dashboard: Dashboard;
  readonly alarmTopic: ITopic;
}

/**
 * Publishes the names of a pipeline's resources: for programs in one SSM parameter, `/pollard/<stack>/<pipeline>`; for people
 * as outputs of the stack.
 */
export function publish(scope: Construct, resources: PublishedResources): void {
  const { pipeline, collector, schedule, settings, tables, queues, handlers } = resources;
  const published = {
    pipeline,
    collector,
    schedule: schedule?.expressionString,
    settings,
    logGroup: resources.logGroup.logGroupName,
    alarmTopic: resources.alarmTopic.topicArn,
    tables: { control: tables.control.tableName, record: tables.record.tableName },
    queues: Object.fromEntries(queueNames.map((queue) => [queue, queues.get(queue).queueUrl])),
    functions: Object.fromEntries(
      functionNames.map((handler) => [handler, handlers[handler].function.functionName]),
    ),
  };
  new StringParameter(scope, 'Published', {
    parameterName: `/pollard/${pipeline}`,
    description: 'The resources of this Pollard pipeline, for the pollard command',
    stringValue: Stack.of(scope).toJsonString(published),
  });
  new CfnOutput(scope, 'StartFunction', {
    value: handlers.start.function.functionName,
    description: 'Invoke it to start a run now',
  });
  new CfnOutput(scope, 'Dashboard', {
    value: resources.dashboard.dashboardName,
    description: 'The CloudWatch dashboard',
  });
  new CfnOutput(scope, 'AlarmTopic', {
    value: resources.alarmTopic.topicArn,
    description: 'Subscribe to it to receive the alarms',
  });
}
