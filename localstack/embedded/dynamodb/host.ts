import { once } from 'node:events';
import { join } from 'node:path';
import { startThread } from '../thread';
import type { DynamoDbEndpoint, DynamoDbMeter, DynamoDbSpec } from './endpoint';

/** Starts DynamoDB on a thread of its own, so that it has a core to itself where there are two. */
export async function startDynamoDbThread(spec: DynamoDbSpec): Promise<DynamoDbEndpoint> {
  const worker = startThread(join(__dirname, 'thread'), { workerData: spec });
  const [url] = (await once(worker, 'message')) as [string];
  const asked = new Map<number, (meter: DynamoDbMeter) => void>();
  worker.on('message', ({ question, meter }: { question: number; meter: DynamoDbMeter }) => {
    asked.get(question)?.(meter);
    asked.delete(question);
  });
  let questions = 0;
  return {
    url,
    meter: () =>
      new Promise((resolve) => {
        questions += 1;
        asked.set(questions, resolve);
        worker.postMessage(questions);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}
