import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { InvalidInputError, isInvalidInput } from '../shared/core/errors';
import type { MetricName } from '../shared/core/metric-names';
import { writeEnvironment, type SecretSource, type Settings } from '../shared/environment';
import { buildOptions, bundlingWith, type Build } from './build';
import { buildMetadata } from './build-metadata';
import {
  collectorNameOf,
  pathOfEntry,
  removalPolicyFromContext,
  settingsFromContext,
} from './context';
import { grantAccess } from './grants';
import type { NetworkProps } from './handler';
import { makeHandlers, timeoutsOf, type Handlers } from './handlers';
import { pipelineMetric } from './metrics';
import { Monitoring } from './monitoring';
import type { CollectorPipelineProps } from './pipeline-props';
import { checkPropNames } from './prop-names';
import { publish } from './publish';
import { Queues } from './queues';
import { grantSecrets, secretsOf } from './secrets';
import { settingsOf } from './settings';
import { checkStackSize } from './stack-limit';
import { Tables } from './tables';
import { Triggers } from './triggers';

/** Polite to a source of which nothing is known. */
const defaultSchedule = ScheduleExpression.rate(Duration.hours(1));

/**
 * Polls with one collector: six functions of one bundle, their queues, two tables, a schedule, alarms and a dashboard.
 * Nothing is shared with another pipeline.
 * @throws InvalidInputError naming each prop that is wrong
 */
export class CollectorPipeline extends Construct {
  /** `<stack>/<pipeline>`: the dimension of its metrics, and what its events and log lines say. */
  readonly name: string;
  /** The name that `-c settings=…` uses. */
  readonly collectorName: string;
  readonly settings: Settings;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly handlers: Handlers;
  /** Where all six functions log, each line with the `function` that wrote it. */
  readonly logGroup: LogGroup;
  /** Where `RunCompleted` is put. */
  readonly eventBus: IEventBus;
  readonly monitoring: Monitoring;

  constructor(scope: Construct, id: string, props: CollectorPipelineProps) {
    super(scope, id);
    this.name = nameOf(this);
    this.named(() => {
      checkPropNames(props);
    });
    this.collectorName = props.name ?? collectorNameOf(props.entry);
    const schedule = props.schedule ?? (props.startAfter ? undefined : defaultSchedule);
    const secrets = this.named(() => secretsOf(props.secrets));
    this.settings = this.named(() =>
      settingsOf(props, schedule, settingsFromContext(this, this.collectorName)),
    );
    this.tables = new Tables(this, 'Tables', {
      removalPolicy: removalPolicyFromContext(this) ?? props.removalPolicy ?? RemovalPolicy.RETAIN,
      warmThroughput: props.warmThroughput,
    });
    const timeouts = timeoutsOf(this.settings);
    this.queues = new Queues(this, 'Queues', { settings: this.settings, timeouts });
    this.eventBus = props.eventBus ?? EventBus.fromEventBusName(this, 'DefaultEventBus', 'default');
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const entry = this.named(() => pathOfEntry(props.entry, 'entry'));
    const build: Build = {
      pipeline: this.name,
      entry,
      options: buildOptions(props.bundling, secrets),
    };
    this.node.addMetadata(buildMetadata, build);
    this.handlers = makeHandlers(this, {
      pipeline: this.name,
      entry,
      environment: this.environment(props, secrets),
      timeouts,
      memory: props.memory,
      bundling: bundlingWith(props.bundling, secrets),
      network: this.named(() => networkOf(props)),
      logGroup: this.logGroup,
    });
    grantAccess(this.handlers, this.tables, this.queues, this.eventBus);
    grantSecrets(this, secrets, Object.values(this.handlers));
    this.queues.consumedBy(this.handlers, this.settings);
    const resources = {
      pipeline: this.name,
      settings: this.settings,
      schedule,
      tables: this.tables,
      queues: this.queues,
      handlers: this.handlers,
      logGroup: this.logGroup,
    };
    new Triggers(this, 'Ticks', {
      ...resources,
      ...this.handlers,
      lostTicks: this.queues.lostTicks,
      startAfter: props.startAfter,
    });
    const { alarmTopic, alarmEmail, alarmAfterPeriods, docsUrl } = props;
    this.monitoring = this.named(
      () =>
        new Monitoring(this, 'Monitoring', {
          ...resources,
          alarmTopic,
          alarmEmail,
          alarmAfterPeriods,
          docsUrl,
        }),
    );
    const { dashboard, topic } = this.monitoring;
    publish(this, { ...resources, collector: this.collectorName, dashboard, alarmTopic: topic });
    checkStackSize(this);
  }

  /**
   * Allows an identity to start, redrive and cancel runs: to invoke the start function, whose name is
   * `handlers.start.function.functionName`.
   */
  grantStart(grantee: IGrantable): Grant {
    return this.handlers.start.function.grantInvoke(grantee);
  }

  /**
   * A metric that the functions emit, such as `RunsFailed`.
   * @param props override the defaults: five minutes, and the statistic that suits the metric
   */
  metric(metricName: MetricName, props?: MetricOptions): Metric {
    return pipelineMetric(this.name, metricName, props);
  }

  /** The number of objects whose record was saved. @default - sum over five minutes */
  metricObjectsSaved(props?: MetricOptions): Metric {
    return this.metric('ObjectsSaved', props);
  }

  /** The number of objects that failed for good. @default - sum over five minutes */
  metricObjectsFailed(props?: MetricOptions): Metric {
    return this.metric('ObjectsFailed', props);
  }

  /** The number of runs that ended SUCCEEDED or PARTIAL. @default - sum over five minutes */
  metricRunsCompleted(props?: MetricOptions): Metric {
    return this.metric('RunsCompleted', props);
  }

  /** The number of runs that ended in any other status. @default - sum over five minutes */
  metricRunsFailed(props?: MetricOptions): Metric {
    return this.metric('RunsFailed', props);
  }

  /** The time from a run's start to its final status, in seconds. @default - average over five minutes */
  metricRunDuration(props?: MetricOptions): Metric {
    return this.metric('RunDuration', props);
  }

  /** The variables of the functions: the user's own, and what `readEnvironment` reads. */
  private environment(
    props: CollectorPipelineProps,
    secrets: readonly SecretSource[],
  ): Record<string, string> {
    return {
      ...this.named(() => checkEnvironment(props.environment)),
      ...writeEnvironment({
        pipeline: this.name,
        controlTable: this.tables.control.tableName,
        recordTable: this.tables.record.tableName,
        ...this.queues.urls(),
        eventBusName: this.eventBus.eventBusName,
        settings: this.settings,
        secrets,
      }),
    };
  }

  /** Adds the name of the pipeline to the error of a wrong prop. */
  private named<T>(check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (!isInvalidInput(error)) throw error;
      throw new InvalidInputError(`CollectorPipeline ${this.name}: ${error.message}`, {
        cause: error,
      });
    }
  }
}

/** The props of the network, without those that are absent. */
const networkOf = ({ vpc, vpcSubnets, securityGroups }: CollectorPipelineProps): NetworkProps => {
  if (!vpc && (vpcSubnets || securityGroups)) {
    throw new InvalidInputError('vpc: expected a VPC together with vpcSubnets and securityGroups');
  }
  return {
    ...(vpc && { vpc }),
    ...(vpcSubnets && { vpcSubnets }),
    ...(securityGroups && { securityGroups }),
  };
};

function checkEnvironment(environment: CollectorPipelineProps['environment'] = {}) {
  const taken = Object.keys(environment).filter((name) => /^(POLLARD_|AWS_)/.test(name));
  if (taken.length === 0) return environment;
  throw new InvalidInputError(
    `environment: expected no names that begin with POLLARD_ or AWS_, got ${taken.join(', ')}`,
  );
}

/** Returns `<stack>/<path within the stack>`. Only CloudFormation knows the name of a nested stack, so the path has its id. */
function nameOf(pipeline: Construct): string {
  let stack = Stack.of(pipeline);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  const { scopes } = pipeline.node;
  const path = scopes.slice(scopes.indexOf(stack) + 1).map((scope) => scope.node.id);
  return [stack.stackName, ...path].join('/');
}
