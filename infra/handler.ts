import { Size, type Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  type FunctionOptions,
  type IFunction,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../shared/environment';
import { acknowledge } from './acknowledge';

/**
 * Memory by function. The object function holds hundreds of sockets and records, and a half CPU of its own parses
 * what they bring; the others mostly wait for DynamoDB and SQS, and 512 MB gives them enough CPU for a quick cold start.
 */
export const defaultMemory: Readonly<Record<FunctionName, Size>> = {
  start: Size.mebibytes(512),
  page: Size.mebibytes(512),
  object: Size.mebibytes(1_024),
  callback: Size.mebibytes(512),
  deadLetter: Size.mebibytes(512),
  reconcile: Size.mebibytes(512),
};

/**
 * Lambda stops a function that meets itself about 16 times in one chain of messages. These do so by design: a page sends
 * the next page, objects come back to be retried, a callback starts the run that was buffered behind its own, and a dead
 * page sends the next one, which may be dead too. The deadline of the run bounds them.
 */
const loops: ReadonlySet<FunctionName> = new Set(['page', 'object', 'callback', 'deadLetter']);

/**
 * `npx -p node@24 -c …` leaves its options in the environment, where the `npx esbuild` of the bundling would take them for
 * its own.
 */
function forgetNpxOptions(): void {
  delete process.env['npm_config_call'];
  delete process.env['npm_config_package'];
}

/** The network that the functions run in, as the props of CDK's `Function` name it. */
export type NetworkProps = Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'>;

/** The actions that Lambda needs to give a function network interfaces in a VPC. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const networkActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

export interface HandlerProps {
  /** The name of the function, which is that of the entry's export. */
  readonly name: FunctionName;
  /** Absolute path of the collector's file. */
  readonly entry: string;
  readonly timeout: Duration;
  readonly memory?: Size | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly bundling: BundlingOptions;
  readonly network: NetworkProps;
  /** Receives its log lines. */
  readonly logGroup: ILogGroup;
  readonly description: string;
}

/** A function of a pipeline with a role of its own, which may write log lines and nothing else. */
export class Handler extends Construct {
  readonly function: IFunction;
  readonly role: Role;
  readonly timeout: Duration;
  private readonly access = new PolicyDocument();

  constructor(scope: Construct, id: string, props: HandlerProps) {
    super(scope, id);
    const { name, entry, timeout, memory = defaultMemory[name], environment } = props;
    this.timeout = timeout;
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${name} of ${scope.node.path}`,
      // Inline: a policy of its own would be one more of the 500 resources of a stack.
      inlinePolicies: { Access: this.access },
    });
    forgetNpxOptions();
    this.may(['logs:CreateLogStream', 'logs:PutLogEvents'], [props.logGroup.logGroupArn]);
    if (props.network.vpc) this.enterVpc();
    this.function = new NodejsFunction(this, 'Function', {
      ...props.network,
      entry,
      handler: name,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memory.toMebibytes(),
      timeout,
      environment: { ...environment },
      role: this.role,
      logGroup: props.logGroup,
      loggingFormat: LoggingFormat.JSON,
      recursiveLoop: loops.has(name) ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      awsSdkConnectionReuse: false,
      bundling: props.bundling,
    });
    acknowledge(this.function, {
      'Serverless-LambdaDLQ':
        'Failed messages go to the dead-letter queue of their queue, a failed start to the lost ticks.',
      'Serverless-LambdaTracing':
        'A trace per invocation would cost as much as the orchestration; runs are followed by run id.',
    });
  }

  private enterVpc(): void {
    this.may(networkActions, ['*']);
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]':
        'The network interfaces of a function in a VPC have no ARN before Lambda creates them.',
    });
  }

  /** Allows the function these actions on these resources. */
  may(actions: readonly string[], resources: readonly string[]): void {
    this.access.addStatements(
      new PolicyStatement({ actions: [...actions], resources: [...resources] }),
    );
  }
}
