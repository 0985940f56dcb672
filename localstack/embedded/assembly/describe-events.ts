import { textOf } from '../http/service';
import type {
  FunctionResource,
  Resolved,
  RuleResource,
  RuleTarget,
  ScheduleResource,
} from './resources';

/** Scheduler replaces this with the time for which an invocation was scheduled. */
export const scheduledTimePlaceholder = '<aws.scheduler.scheduled-time>';

/** A schedule of EventBridge Scheduler. */
export function describeSchedule(
  { stack, logicalId, name, arn, properties }: Resolved,
  functions: readonly FunctionResource[],
): ScheduleResource {
  const target = (properties['Target'] ?? {}) as {
    Arn?: string;
    RoleArn?: string;
    Input?: string;
    RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
    DeadLetterConfig?: { Arn?: string };
  };
  const targetArn = target.Arn ?? '';
  const input = target.Input ?? '';
  return {
    stack,
    logicalId,
    name,
    arn,
    expression: String(properties['ScheduleExpression']),
    timezone: textOf(properties, 'ScheduleExpressionTimezone', 'UTC'),
    targetArn,
    roleArn: String(target.RoleArn),
    functionId: functions.find((each) => each.arn === targetArn)?.logicalId,
    input,
    tellsTime: input.includes(scheduledTimePlaceholder),
    maxRetries: target.RetryPolicy?.MaximumRetryAttempts ?? 185,
    maxAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
    deadLetterArn: target.DeadLetterConfig?.Arn,
    enabled: properties['State'] !== 'DISABLED',
  };
}

/** A rule on an event bus. */
export function describeRule({ stack, logicalId, name, arn, properties }: Resolved): RuleResource {
  const bus = textOf(properties, 'EventBusName', 'default');
  const targets = (properties['Targets'] ?? []) as {
    Arn: string;
    DeadLetterConfig?: { Arn?: string };
    Input?: string;
    InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
  }[];
  return {
    stack,
    logicalId,
    name,
    arn,
    busName: bus.replace(/.*\//, ''),
    pattern: (properties['EventPattern'] ?? {}) as Record<string, unknown>,
    targets: targets.map(({ Arn, DeadLetterConfig, Input, InputTransformer }): RuleTarget => ({
      arn: Arn,
      deadLetterArn: DeadLetterConfig?.Arn,
      input: Input,
      inputPaths: InputTransformer?.InputPathsMap ?? {},
      inputTemplate: InputTransformer?.InputTemplate,
    })),
  };
}
