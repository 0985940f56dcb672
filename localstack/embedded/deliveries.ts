import type {
  AssemblyResources,
  RuleResource,
  RuleTarget,
  ScheduleResource,
} from './assembly/resources';
import type { Authorizer } from './iam/authorizer';
import type { Invoked, Lambda } from './lambda/lambda';
import type { SqsEndpoint } from './sqs/endpoint';

export interface DeliveriesSpec {
  readonly resources: AssemblyResources;
  readonly access: Authorizer;
  readonly sqs: SqsEndpoint;
  readonly lambda: Lambda;
  readonly invoke: (functionArn: string, event: string) => Promise<Invoked>;
}

/** The result of a delivery by a schedule. `denied`: its role does not allow it. */
export type Delivered = Invoked | { readonly kind: 'denied'; readonly reason: string };

/** The deliveries that AWS's services make by themselves, each with its own permissions. */
export interface Deliveries {
  /** A schedule invokes its target. */
  readonly tick: (schedule: ScheduleResource, event: string) => Promise<Delivered>;
  /** A rule invokes one of its targets. */
  readonly event: (rule: RuleResource, target: RuleTarget, event: string) => void;
  /** Lambda sends the record of a failed asynchronous invocation to its destination. */
  readonly failure: (functionName: string, arn: string, record: object) => Promise<void>;
}

const invokeAction = 'lambda:InvokeFunction';
const sendAction = 'sqs:SendMessage';

/** The deliveries of an assembly. Targets are functions, and queues for what could not be delivered; others are not emulated. */
export function deliveries({ resources, access, sqs, lambda, invoke }: DeliveriesSpec): Deliveries {
  const send = async (refused: string | undefined, arn: string, text: string): Promise<void> => {
    const queue = resources.queues.find((each) => each.arn === arn);
    if (!queue || refused !== undefined) return;
    const body = { QueueUrl: queue.name, MessageBody: text };
    await sqs.handle({ service: 'sqs', operation: 'SendMessage', body, source: 'mapping' });
  };
  return {
    tick: async ({ roleArn, name, targetArn, deadLetterArn }, event) => {
      const refusal = (action: string, resource: string) =>
        access.refusal(roleArn, name, { action, resource });
      const reason = refusal(invokeAction, targetArn);
      if (reason === undefined) return invoke(targetArn, event);
      if (deadLetterArn !== undefined) {
        await send(refusal(sendAction, deadLetterArn), deadLetterArn, event);
      }
      return { kind: 'denied', reason };
    },
    event: (rule, target, event) => {
      if (!lambda.has(target.arn)) return;
      const refusal = (action: string, resource: string) =>
        access.serviceRefusal('events.amazonaws.com', rule.arn, { action, resource });
      if (refusal(invokeAction, target.arn) === undefined) void invoke(target.arn, event);
      else if (target.deadLetterArn !== undefined) {
        void send(refusal(sendAction, target.deadLetterArn), target.deadLetterArn, event);
      }
    },
    failure: async (functionName, arn, record) => {
      const { roleArn, name } = lambda.find(functionName);
      const refused = access.refusal(roleArn, name, { action: sendAction, resource: arn });
      await send(refused, arn, JSON.stringify(record));
    },
  };
}
