import { parentPort, workerData } from 'node:worker_threads';
import { startDynamoDbEndpoint, type DynamoDbSpec } from './endpoint';

interface Question {
  readonly question: number;
  readonly method: 'meter' | 'save';
}

/** Runs the thread of DynamoDB: sends its address, then the answer to each question. */
async function main(): Promise<void> {
  const endpoint = await startDynamoDbEndpoint(workerData as DynamoDbSpec);
  parentPort?.postMessage(endpoint.url);
  parentPort?.on('message', ({ question, method }: Question) => {
    void endpoint[method]().then((answer) => parentPort?.postMessage({ question, answer }));
  });
}

void main();
