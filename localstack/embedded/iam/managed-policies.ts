import { statementsOf, type Statement } from './policy';

const writeLogs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * The actions of the AWS managed policies that CDK attaches to functions, each on all resources.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
 */
const actions: Readonly<Record<string, readonly string[]>> = {
  AWSLambdaBasicExecutionRole: writeLogs,
  AWSLambdaVPCAccessExecutionRole: [
    ...writeLogs,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
};

/** Returns the statements of an AWS managed policy; `undefined` where they are not known here. */
export function managedPolicy(arn: string): Statement[] | undefined {
  const [, name = ''] = /^arn:aws:iam::aws:policy\/service-role\/(.+)$/.exec(arn) ?? [];
  if (!Object.hasOwn(actions, name)) return undefined;
  return statementsOf({ Statement: { Effect: 'Allow', Action: actions[name], Resource: '*' } });
}
