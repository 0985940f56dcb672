import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, EventField } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { runCompletedDetailType, runCompletedSource } from '../shared/core/run-completed';
import type { Settings } from '../shared/environment';
import { acknowledge } from './acknowledge';
import type { Handler } from './handler';
import type { ICollectorPipeline } from './pipeline-props';

export interface TriggersProps {
  readonly start: Handler;
  readonly reconcile: Handler;
  /** `<stack>/<pipeline>`, for descriptions. */
  readonly pipeline: string;
  readonly settings: Settings;
  /** Queue of ticks that could not be delivered, or whose start failed. */
  readonly lostTicks: Queue;
  readonly schedule: ScheduleExpression | undefined;
  readonly startAfter: ICollectorPipeline | undefined;
}

/** The triggers of a pipeline: its schedule, the pipeline that it follows, and the schedule of reconcile. */
export class Triggers extends Construct {
  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    const { start, reconcile, settings, lostTicks, schedule, startAfter } = props;
    const maxAge = tickAge(settings);
    boundStart(start, lostTicks, maxAge);
    boundReconcile(reconcile);
    const role = this.schedulerRole([start, reconcile], lostTicks);
    if (schedule) {
      this.schedule('Poll', schedule, role, {
        arn: start.function.functionArn,
        // Scheduler inserts the time for which the tick was scheduled, even when it is late.
        input: JSON.stringify({ scheduledTime: '<aws.scheduler.scheduled-time>' }),
        maxAge,
        lostTicks,
      });
    }
    this.schedule('Reconcile', wholeMinutes(settings.reconcilePeriodSeconds), role, {
      arn: reconcile.function.functionArn,
      input: '{}',
      maxAge: Duration.minutes(1),
    });
    if (startAfter) this.follow(startAfter, props, maxAge);
  }

  private schedulerRole(targets: readonly Handler[], lostTicks: Queue): Role {
    const statements = [
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: targets.map((target) => target.function.functionArn),
      }),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [lostTicks.queueArn] }),
    ];
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `Ticks of ${this.node.path}`,
      inlinePolicies: { Access: new PolicyDocument({ statements }) },
    });
  }

  private schedule(id: string, expression: ScheduleExpression, role: Role, target: Target): void {
    const { arn, input, maxAge, lostTicks } = target;
    const schedule = new CfnSchedule(this, id, {
      flexibleTimeWindow: { mode: 'OFF' },
      scheduleExpression: expression.expressionString,
      ...(expression.timeZone && {
        scheduleExpressionTimezone: expression.timeZone.timezoneName,
      }),
      target: {
        arn,
        roleArn: role.roleArn,
        input,
        retryPolicy: {
          maximumEventAgeInSeconds: maxAge.toSeconds(),
          maximumRetryAttempts: lostTicks ? 185 : 0,
        },
        ...(lostTicks && { deadLetterConfig: { arn: lostTicks.queueArn } }),
      },
    });
    schedule.node.addDependency(role);
  }

  /** Starts a run after each good run of another pipeline that listed all its source has; a completion that is delivered twice starts one. */
  private follow(
    other: ICollectorPipeline,
    { start, pipeline, lostTicks }: TriggersProps,
    maxAge: Duration,
  ): void {
    new Rule(this, 'Follow', {
      eventBus: other.eventBus,
      description: `Starts ${pipeline} behind ${other.name}`,
      eventPattern: {
        source: [runCompletedSource],
        detailType: [runCompletedDetailType],
        detail: {
          pipeline: [other.name],
          status: ['SUCCEEDED', 'PARTIAL'],
          reason: [{ 'anything-but': ['listedShort'] }],
        },
      },
      targets: [
        new LambdaFunction(start.function, {
          event: RuleTargetInput.fromObject({
            scheduledTime: EventField.fromPath('$.detail.completedAt'),
            trigger: 'followUp',
            input: { after: EventField.fromPath('$.detail.runId') },
          }),
          deadLetterQueue: lostTicks,
          maxEventAge: maxAge,
        }),
      ],
    });
  }
}

interface Target {
  readonly arn: string;
  readonly input: string;
  readonly maxAge: Duration;
  readonly lostTicks?: Queue;
}

/**
 * Returns how long the delivery of a tick is retried: until the tick would be refused as too old, or the next one is due.
 * Scheduler allows 1 minute to 1 day.
 */
function tickAge({ catchUpWindowSeconds, periodSeconds }: Settings): Duration {
  const seconds = catchUpWindowSeconds ?? periodSeconds ?? 3_600;
  return Duration.seconds(Math.min(86_400, Math.max(60, seconds)));
}

/** Limits the retries of a start that fails: Lambda retries it for at most 6 hours, then sends it to the lost ticks. */
function boundStart(start: Handler, lostTicks: Queue, maxAge: Duration): void {
  start.function.configureAsyncInvoke({
    maxEventAge: Duration.seconds(Math.min(6 * 3_600, maxAge.toSeconds())),
    retryAttempts: 2,
    // Not SqsDestination, which would grant more than sending; `permissions` allows start to send there.
    onFailure: { bind: () => ({ destination: lostTicks.queueArn }) },
  });
}

/** Turns off retries of a walk that fails: the next one is due in a minute. */
function boundReconcile(reconcile: Handler): void {
  reconcile.function.configureAsyncInvoke({ maxEventAge: Duration.minutes(1), retryAttempts: 0 });
  acknowledge(reconcile, {
    'Serverless-LambdaAsyncFailureDestination':
      'A failed walk is not needed later: the next one is due in a minute, and an alarm counts failures.',
  });
}

/** Returns a rate of whole minutes, the only ones that Scheduler has. */
const wholeMinutes = (seconds: number): ScheduleExpression =>
  ScheduleExpression.rate(Duration.minutes(Math.max(1, Math.ceil(seconds / 60))));
