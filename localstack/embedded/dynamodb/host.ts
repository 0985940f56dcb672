import { once } from 'node:events';
import { join } from 'node:path';
import { startThread } from '../thread';
import type { DynamoDbEndpoint, DynamoDbMeter, DynamoDbSpec } from './endpoint';

/** Starts DynamoDB on a thread of its own, so that it has a core to itself where there are two. */
export async function startDynamoDbThread(spec: DynamoDbSpec): Promise<DynamoDbEndpoint> {
  const worker = startThread(join(__dirname, 'thread'), { workerData: spec });
  const [url] = (await once(worker, 'message')) as [string];
  const asked = new Map<number, (answer: unknown) => void>();
  worker.on('message', ({ question, answer }: { question: number; answer: unknown }) => {
    asked.get(question)?.(answer);
    asked.delete(question);
  });
  let questions = 0;
  const ask = (method: 'meter' | 'save'): Promise<unknown> =>
    new Promise((resolve) => {
      questions += 1;
      asked.set(questions, resolve);
      worker.postMessage({ question: questions, method });
    });
  return {
    url,
    meter: async () => (await ask('meter')) as DynamoDbMeter,
    save: async () => {
      await ask('save');
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
