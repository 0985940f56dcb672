import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { clientOf, closeClouds, cloudOf, eventually } from '../../support/embedded';
import { answerOf, arnOf, callerCode, cloudWith, roleOf } from '../../support/iam-caller';
import {
  lambda,
  mapping,
  permission,
  queue,
  role,
  statement,
  type Tiny,
} from '../../support/tiny-assembly';

afterEach(closeClouds);

it('does not start where AWS would refuse the deployment, and names each missing permission', async () => {
  const untrusted = { Type: 'AWS::IAM::Role', Properties: {} };
  const starting = cloudOf({
    code: callerCode,
    resources: {
      Own: role(statement(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], arnOf('Work'))),
      Untrusted: untrusted,
      Work: queue(),
      Worker: lambda('work', roleOf('Own')),
      Mapping: mapping('Work', 'Worker'),
      Call: lambda('call', roleOf('Untrusted')),
    },
  });
  await expect(starting).rejects.toThrow(
    /^AWS would refuse to deploy this:\nUser: lambda.amazonaws.com .*sts:AssumeRole on resource: .*Tiny-Untrusted .*\n.*sqs:GetQueueAttributes on resource: .*:Tiny-Work /,
  );
});

it('fires a schedule with the permissions of its role, and sends what they do not allow to its queue', async () => {
  const cloud = await cloudOf({
    code: callerCode,
    resources: {
      Ticks: role(statement('sqs:SendMessage', arnOf('Lost'))),
      Lost: queue(),
      Call: lambda('call'),
      Poll: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          ScheduleExpression: 'rate(1 hour)',
          Target: {
            Arn: arnOf('Call'),
            RoleArn: arnOf('Ticks'),
            Input: '"tick"',
            DeadLetterConfig: { Arn: arnOf('Lost') },
          },
        },
      },
    },
  });
  expect(await cloud.tick('Poll')).toMatchObject({
    kind: 'denied',
    reason: expect.stringMatching(
      /assumed-role\/Tiny-Ticks\/Tiny-Poll .* lambda:InvokeFunction on resource: .*:Tiny-Call /,
    ) as string,
  });
  expect(cloud.queueDepth('Lost').visible).toBe(1);
  expect(cloud.eventsOf('Tiny-Call')).toEqual([]);
});

it("invokes a rule's target only with the permission of the function, and sends the event to the rule's queue without", async () => {
  const rule = (id: string) => ({
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: [id] },
      Targets: [{ Id: 'T', Arn: arnOf('Work'), DeadLetterConfig: { Arn: arnOf('Lost') } }],
    },
  });
  const cloud = await cloudOf({
    code: callerCode,
    resources: {
      Work: lambda('work'),
      Allowed: rule('Allowed'),
      Forgotten: rule('Forgotten'),
      May: permission('Work', 'Allowed'),
      Lost: queue(),
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Lost' }],
          PolicyDocument: {
            Statement: statement('sqs:SendMessage', arnOf('Lost'), {
              Principal: { Service: 'events.amazonaws.com' },
              Condition: { ArnEquals: { 'aws:SourceArn': arnOf('Forgotten') } },
            }),
          },
        },
      },
    },
  });
  const client = new EventBridgeClient(clientOf(cloud, 'events'));
  const Entries = ['Forgotten', 'Allowed'].map((Source) => ({
    Source,
    DetailType: 'Done',
    Detail: '{}',
  }));
  await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
  await eventually(() => cloud.queueDepth('Lost').visible === 1);
  expect(cloud.eventsOf('Tiny-Work')).toMatchObject([{ source: 'Allowed' }]);
});

it('sends a failed asynchronous invocation to its queue only if the role of the function may', async () => {
  const failing = (roleId: string, id: string): Tiny['resources'] => ({
    [id]: lambda('fail', roleOf(roleId)),
    [`${id}Config`]: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: id },
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: arnOf('Lost') } },
      },
    },
  });
  const cloud = await cloudOf({
    code: callerCode,
    resources: {
      Silent: role(),
      Own: role(statement('sqs:SendMessage', arnOf('Lost'))),
      Lost: queue(),
      ...failing('Silent', 'One'),
      ...failing('Own', 'Two'),
    },
  });
  for (const name of ['One', 'Two']) await cloud.invoke(name, {}, { type: 'Event' });
  expect(cloud.queueDepth('Lost').visible).toBe(1);
  expect((await cloud.access()).denied).toEqual(
    expect.arrayContaining([expect.stringMatching(/Tiny-Silent\/Tiny-One .* sqs:SendMessage /)]),
  );
});

it('loses the log lines of a function whose role may not write them, as AWS does', async () => {
  const cloud = await cloudWith([]);
  await answerOf(cloud, 'sns', 'Publish', { TopicArn: 'arn:aws:sns:::x', Message: 'x' });
  const { denied } = await cloud.access();
  expect(cloud.lines).toEqual([]);
  expect(denied.join('\n')).toContain('sns:Publish');
});
