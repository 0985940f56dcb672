import type { AssemblyResources } from '../assembly/resources';
import type { Authorizer } from './authorizer';

/** The actions that Lambda needs to poll a queue, and to attach a function to a VPC. */
const poll = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const enterVpc = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DeleteNetworkInterface',
];

/**
 * Checks the permissions without which AWS refuses to deploy functions, event source mappings and schedules.
 * @throws Error that names each missing one
 */
export function checkRoles(
  { functions, mappings, schedules }: AssemblyResources,
  access: Authorizer,
): void {
  const missing = new Set<string | undefined>();
  for (const { roleArn, name, inVpc } of functions) {
    missing.add(access.trustRefusal('lambda.amazonaws.com', roleArn));
    for (const action of inVpc ? enterVpc : []) {
      missing.add(access.refusal(roleArn, name, { action, resource: '*' }));
    }
  }
  for (const { functionName, queueArn } of mappings) {
    const consumer = functions.find(({ name, arn }) => [name, arn].includes(functionName));
    if (!consumer) continue;
    for (const action of poll) {
      missing.add(access.refusal(consumer.roleArn, functionName, { action, resource: queueArn }));
    }
  }
  for (const { roleArn } of schedules) {
    missing.add(access.trustRefusal('scheduler.amazonaws.com', roleArn));
  }
  missing.delete(undefined);
  if (missing.size === 0) return;
  throw new Error(`AWS would refuse to deploy this:\n${[...missing].join('\n')}`);
}
