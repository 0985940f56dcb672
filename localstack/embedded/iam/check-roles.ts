import type { AssemblyResources } from '../assembly/resources';
import type { Authorizer } from './authorizer';

/** What Lambda needs to poll a queue, and to put a function into a VPC. */
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
    const found = functions.find(({ name, arn }) => [name, arn].includes(functionName));
    for (const action of found ? poll : []) {
      missing.add(
        access.refusal(found?.roleArn ?? '', functionName, { action, resource: queueArn }),
      );
    }
  }
  for (const { roleArn } of schedules) {
    missing.add(access.trustRefusal('scheduler.amazonaws.com', roleArn));
  }
  missing.delete(undefined);
  if (missing.size === 0) return;
  throw new Error(`AWS would refuse to deploy this:\n${[...missing].join('\n')}`);
}
