import { Stack, Token } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { InvalidInputError } from '../shared/core/errors';
import { alarmsOf, type AlarmSources, type AlarmSpec } from './alarms';
import { dashboardOf, type DashboardSources } from './dashboard';

/** Where the documentation is; each alarm links its entry in the runbook. */
const ownDocs = 'https://github.com/pollard-aws/pollard/blob/main/docs';

export interface MonitoringProps extends AlarmSources, DashboardSources {
  /** @default - a topic of this pipeline */
  readonly alarmTopic: ITopic | undefined;
  /** @default - none */
  readonly alarmEmail: string | undefined;
  /** @default 3 */
  readonly alarmAfterPeriods: number | undefined;
  /** @default - Pollard's own documentation */
  readonly docsUrl: string | undefined;
}

/** The alarms of a pipeline, the topic that receives them, and its dashboard. */
export class Monitoring extends Construct {
  readonly topic: ITopic;
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { pipeline, alarmTopic, alarmEmail, alarmAfterPeriods = 3, docsUrl = ownDocs } = props;
    checkPeriods(alarmAfterPeriods);
    const runbook = `${checkUrl(docsUrl)}/runbook.md`;
    this.topic = alarmTopic ?? this.ownTopic(pipeline);
    if (alarmEmail !== undefined) this.subscribe(checkEmail(alarmEmail, alarmTopic));
    const action = new SnsAction(this.topic);
    const alarms = alarmsOf(props, alarmAfterPeriods).map((spec) => {
      const alarm = this.alarm(spec, pipeline, runbook);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
    this.dashboard = dashboardOf(this, props, alarms);
  }

  private alarm(spec: AlarmSpec, pipeline: string, runbook: string): Alarm {
    return new Alarm(this, spec.id, {
      alarmDescription: `${pipeline}: ${spec.says}. What to do: ${runbook}#${spec.anchor}`,
      metric: spec.metric,
      threshold: spec.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: spec.periods ?? 1,
      treatMissingData: spec.treatMissingData ?? TreatMissingData.NOT_BREACHING,
    });
  }

  private subscribe(endpoint: string): void {
    new Subscription(this, 'Email', {
      topic: this.topic,
      protocol: SubscriptionProtocol.EMAIL,
      endpoint,
    });
  }

  /** Creates a topic that takes TLS only. Its policy replaces the default one, so it allows CloudWatch to publish again. */
  private ownTopic(pipeline: string): Topic {
    const topic = new Topic(this, 'Topic', {
      displayName: `Pollard alarms of ${pipeline}`,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }
}

function checkEmail(email: string, alarmTopic: ITopic | undefined): string {
  if (!Token.isUnresolved(email) && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new InvalidInputError(
      `alarmEmail: expected an e-mail address such as team@example.com, got ${JSON.stringify(email)}`,
    );
  }
  if (alarmTopic === undefined) return email;
  throw new InvalidInputError(
    `alarmEmail: expected no alarmTopic next to it, got both; subscribe ${email} to that topic instead`,
  );
}

/** @returns the URL without a slash at its end */
function checkUrl(url: string): string {
  if (Token.isUnresolved(url) || /^https?:\/\/[^\s/]+/.test(url)) return url.replace(/\/+$/, '');
  throw new InvalidInputError(
    `docsUrl: expected a URL such as https://wiki.example.com/pollard, got ${JSON.stringify(url)}`,
  );
}

function checkPeriods(periods: number): void {
  if (Number.isInteger(periods) && periods >= 1) return;
  throw new InvalidInputError(`alarmAfterPeriods: expected a whole number from 1, got ${periods}`);
}
