import { parentPort, workerData } from 'node:worker_threads';
import { startDynamoDbEndpoint, type DynamoDbSpec } from './endpoint';

interface Question {
  readonly question: number;
  readonly method: 'meter' | 'save';
}

/** The thread of DynamoDB: tells its address, then answers each message with what it asks for. */
async function main(): Promise<void> {
  const endpoint = await startDynamoDbEndpoint(workerData as DynamoDbSpec);
  parentPort?.postMessage(endpoint.url);
  parentPort?.on('message', ({ question, method }: Question) => {
    void endpoint[method]().then((answer) => parentPort?.postMessage({ question, answer }));
  });
}

void main();
