import type { SQSEvent } from 'aws-lambda';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { eventually, type TestCloud } from './embedded';
import { lambda, mapping, queue, type Tiny } from './tiny-assembly';

/** The code of the functions: `work` answers as the body of the first message says. */
const code = `
exports.work = async (event) => {
  const first = event.Records[0].body;
  if (first === 'throw') throw new Error('As asked');
  if (first === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
  if (first === 'hold') await new Promise((resolve) => setTimeout(resolve, 2_500));
  if (first === 'first fails') {
    return { batchItemFailures: [{ itemIdentifier: event.Records[0].messageId }] };
  }
  return first.startsWith('answer ') ? JSON.parse(first.slice(7)) : undefined;
};
exports.bury = async () => undefined;
`;

/** A queue `Work` that is mapped to the function `Worker`. */
export const tiny = (mappingProperties = {}, queueProperties = {}): Tiny => ({
  code,
  resources: {
    Work: queue({ VisibilityTimeout: 30, ...queueProperties }),
    Worker: lambda('work'),
    Mapping: mapping('Work', 'Worker', mappingProperties),
  },
});

/** The events that a function of the cloud has received. */
export const eventsOf = (cloud: TestCloud, name = 'Worker') =>
  cloud.eventsOf(`Tiny-${name}`) as SQSEvent[];

/** Waits until the queue holds no message. */
export const emptied = (cloud: TestCloud) =>
  eventually(() => {
    const { visible, delayed, inFlight } = cloud.queueDepth('Work');
    return visible + delayed + inFlight === 0;
  });

/** Sends messages with these bodies in one batch. */
export async function sendAll(cloud: TestCloud, bodies: readonly string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody }));
  await cloud.sqs.send(new SendMessageBatchCommand({ QueueUrl: cloud.queueUrl('Work'), Entries }));
}
