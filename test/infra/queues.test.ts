import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { resourceOf, resourcesOf, templateOf } from './synth';

const queueType = 'AWS::SQS::Queue';
const mappingType = 'AWS::Lambda::EventSourceMapping';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const idOf = (template: Template, part: string): string =>
  Object.keys(resourcesOf(template, queueType)).find((id) => id.includes(part))!;
const mapping = (template: Template, part: string) =>
  resourceOf(template, mappingType, part).Properties;

describe('the queues', () => {
  const template = templateOf({
    pageTimeout: Duration.seconds(20),
    objectTimeout: Duration.seconds(30),
    callbackTimeout: Duration.seconds(40),
    startTimeout: Duration.seconds(10),
    maxReceiveCount: 3,
  });

  it.each([
    ['QueuesPages', 120],
    ['QueuesObjects', 180],
    ['QueuesIsolation', 180],
    ['QueuesCallbacks', 240],
    ['QueuesDeadLetters', 120],
  ])('hide a message of %s for six times its consumer’s timeout', (part, seconds) => {
    expect(resourceOf(template, queueType, part).Properties).toMatchObject({
      VisibilityTimeout: seconds,
    });
  });

  it.each(['QueuesPages', 'QueuesObjects', 'QueuesIsolation', 'QueuesCallbacks'])(
    'hand what %s dies of to the dead-letter queue',
    (part) => {
      const deadLetterTargetArn = arnOf(idOf(template, 'QueuesDeadLetters'));
      expect(resourceOf(template, queueType, part).Properties).toMatchObject({
        RedrivePolicy: { deadLetterTargetArn, maxReceiveCount: 3 },
      });
    },
  );

  it('park what dead-letter itself dies of, beside the receives that made it a dead letter', () => {
    const deadLetterTargetArn = arnOf(idOf(template, 'QueuesParked'));
    expect(resourceOf(template, queueType, 'QueuesDeadLetters').Properties).toMatchObject({
      RedrivePolicy: { deadLetterTargetArn, maxReceiveCount: 7 },
    });
  });

  it('keep dead letters longer than the queues before them, for a message keeps its age', () => {
    const days = (part: string) =>
      Number(resourceOf(template, queueType, part).Properties['MessageRetentionPeriod']) / 86_400;
    expect(days('QueuesPages')).toBe(7);
    expect(['QueuesDeadLetters', 'QueuesParked', 'QueuesLostTicks'].map(days)).toEqual([
      14, 14, 14,
    ]);
  });

  it('are encrypted, and refuse what does not come over TLS', () => {
    const queues = resourcesOf(template, queueType);
    expect(Object.keys(queues)).toHaveLength(7);
    const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy'));
    for (const [id, queue] of Object.entries(queues)) {
      expect(queue.Properties).toMatchObject({ SqsManagedSseEnabled: true });
      const own = policies.filter(({ Properties }) =>
        JSON.stringify(Properties['Queues']).includes(`"${id}"`),
      );
      expect(JSON.stringify(own)).toContain('{"Bool":{"aws:SecureTransport":"false"}}');
    }
  });

  it('leave parked messages and lost ticks to a person', () => {
    const sources = Object.values(resourcesOf(template, mappingType)).map(({ Properties }) =>
      JSON.stringify(Properties['EventSourceArn']),
    );
    expect(sources).toHaveLength(5);
    expect(sources.filter((source) => /Parked|LostTicks/.test(source))).toEqual([]);
  });
});

describe('the mappings', () => {
  const template = templateOf({ maxConcurrency: 7 });

  it('tell failed messages from good ones in every batch', () => {
    for (const { Properties } of Object.values(resourcesOf(template, mappingType))) {
      expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    }
  });

  it.each([
    [7, 7, 7],
    [100, 100, 10],
  ])(
    'work on %i batches at once at most, where maxConcurrency says so: %i of objects and pages, %i of each exception',
    (maxConcurrency, most, few) => {
      const bounded = templateOf({ maxConcurrency });
      const atOnce = (part: string) => mapping(bounded, `Queues${part}`)['ScalingConfig'];
      for (const part of ['Objects', 'Pages']) {
        expect(atOnce(part)).toEqual({ MaximumConcurrency: most });
      }
      for (const part of ['Isolation', 'Callbacks', 'DeadLetters']) {
        expect(atOnce(part)).toEqual({ MaximumConcurrency: few });
      }
    },
  );

  it('work on an isolated object and on a callback alone', () => {
    expect(mapping(template, 'QueuesIsolation')['BatchSize']).toBe(1);
    expect(mapping(template, 'QueuesCallbacks')['BatchSize']).toBe(1);
    expect(mapping(template, 'QueuesPages')['BatchSize']).toBe(10);
  });

  it('work on isolated objects with the object function', () => {
    const functionOf = (part: string) => mapping(template, part)['FunctionName'];
    expect(functionOf('QueuesIsolation')).toEqual(functionOf('QueuesObjects'));
  });

  it.each([
    [400, 40, 10],
    [400, 100, 4],
    [300, 1_000, 1],
    [900, 1, 10],
  ])('hand %i objects at once, %i a message, over in %i messages', (atOnce, perMessage, size) => {
    const sized = templateOf({ objectsAtOnce: atOnce, objectsPerMessage: perMessage });
    expect(mapping(sized, 'QueuesObjects')['BatchSize']).toBe(size);
  });
});
