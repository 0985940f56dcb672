import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchClient,
  paginateDescribeAlarms,
  GetDashboardCommand,
} from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, paginateListRoles } from '@aws-sdk/client-iam';
import {
  LambdaClient,
  paginateListEventSourceMappings,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import { paginateListSchedules, SchedulerClient } from '@aws-sdk/client-scheduler';
import { paginateListTopics, SNSClient } from '@aws-sdk/client-sns';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { paginateDescribeParameters, SSMClient } from '@aws-sdk/client-ssm';

/** What points a client at an endpoint. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Something that a stack made. */
export interface Made {
  readonly type: string;
  readonly id: string;
}

async function all<Page>(
  pages: AsyncIterable<Page>,
  idsOf: (page: Page) => readonly (string | undefined)[] | undefined,
): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of pages) {
    for (const id of idsOf(page) ?? []) if (id !== undefined) ids.push(id);
  }
  return ids;
}

/** Lists the physical ids of everything of a type that there is; dashboards are asked for one by one. */
const listers: Readonly<Record<string, (config: ClientConfig) => Promise<string[]>>> = {
  'AWS::DynamoDB::Table': (config) =>
    all(paginateListTables({ client: new DynamoDBClient(config) }, {}), (page) => page.TableNames),
  'AWS::SQS::Queue': (config) =>
    all(paginateListQueues({ client: new SQSClient(config) }, {}), (page) => page.QueueUrls),
  'AWS::Lambda::Function': (config) =>
    all(paginateListFunctions({ client: new LambdaClient(config) }, {}), (page) =>
      page.Functions?.map(({ FunctionName }) => FunctionName),
    ),
  'AWS::Lambda::EventSourceMapping': (config) =>
    all(paginateListEventSourceMappings({ client: new LambdaClient(config) }, {}), (page) =>
      page.EventSourceMappings?.map(({ UUID }) => UUID),
    ),
  'AWS::IAM::Role': (config) =>
    all(paginateListRoles({ client: new IAMClient(config) }, {}), (page) =>
      page.Roles?.map(({ RoleName }) => RoleName),
    ),
  'AWS::Logs::LogGroup': (config) =>
    all(paginateDescribeLogGroups({ client: new CloudWatchLogsClient(config) }, {}), (page) =>
      page.logGroups?.map(({ logGroupName }) => logGroupName),
    ),
  'AWS::CloudWatch::Alarm': (config) =>
    all(paginateDescribeAlarms({ client: new CloudWatchClient(config) }, {}), (page) =>
      page.MetricAlarms?.map(({ AlarmName }) => AlarmName),
    ),
  'AWS::Scheduler::Schedule': (config) =>
    all(paginateListSchedules({ client: new SchedulerClient(config) }, {}), (page) =>
      page.Schedules?.map(({ Name }) => Name),
    ),
  'AWS::SSM::Parameter': (config) =>
    all(paginateDescribeParameters({ client: new SSMClient(config) }, {}), (page) =>
      page.Parameters?.map(({ Name }) => Name),
    ),
  'AWS::SNS::Topic': (config) =>
    all(paginateListTopics({ client: new SNSClient(config) }, {}), (page) =>
      page.Topics?.map(({ TopicArn }) => TopicArn),
    ),
  'AWS::Events::Rule': async (config) => {
    const { Rules = [] } = await new EventBridgeClient(config).send(new ListRulesCommand({}));
    return Rules.flatMap(({ Name }) => (Name === undefined ? [] : [Name]));
  },
};

/** Types that are part of another resource and go with it. */
const parts: readonly string[] = [
  'AWS::CDK::Metadata',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

/** What a stack made, but for the parts of other resources. */
export async function madeBy(stack: string, config: ClientConfig): Promise<Made[]> {
  const made: Made[] = [];
  const client = new CloudFormationClient(config);
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    for (const {
      ResourceType: type = '',
      PhysicalResourceId: id = '',
    } of page.StackResourceSummaries ?? []) {
      if (!parts.includes(type)) made.push({ type, id });
    }
  }
  client.destroy();
  return made;
}

/**
 * What of this is still there.
 * @throws Error for a type that this file cannot list: it must not be taken for gone
 */
export async function thereOf(made: readonly Made[], config: ClientConfig): Promise<Made[]> {
  const types = [...new Set(made.map(({ type }) => type))];
  const there: Made[] = [];
  for (const type of types) {
    const ofType = made.filter((each) => each.type === type);
    if (type === dashboard) {
      for (const each of ofType) if (await hasDashboard(each.id, config)) there.push(each);
      continue;
    }
    const list = listers[type];
    if (!list) throw new Error(`There is no way here to list ${type}`);
    const ids = new Set(await list(config));
    there.push(...ofType.filter((each) => hasId(ids, each.id)));
  }
  return there;
}

/** A rule on a bus of its own is known as `<bus>|<rule>`. */
const hasId = (ids: ReadonlySet<string>, id: string): boolean =>
  ids.has(id) || ids.has(id.replace(/^.*\|/, ''));

const dashboard = 'AWS::CloudWatch::Dashboard';

/** Asked for by its name: MiniStack lists dashboards with times that the SDK cannot read. */
async function hasDashboard(id: string, config: ClientConfig): Promise<boolean> {
  try {
    await new CloudWatchClient(config).send(new GetDashboardCommand({ DashboardName: id }));
    return true;
  } catch (error) {
    if (
      error instanceof Error &&
      /NotFound|does not exist/.test(`${error.name} ${error.message}`)
    ) {
      return false;
    }
    throw error;
  }
}
