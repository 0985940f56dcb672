import { parentPort, workerData } from 'node:worker_threads';
import { startDynamoDbEndpoint, type DynamoDbSpec } from './endpoint';

/** The thread of DynamoDB: tells its address, then answers each message with its meter. */
async function main(): Promise<void> {
  const endpoint = await startDynamoDbEndpoint(workerData as DynamoDbSpec);
  parentPort?.postMessage(endpoint.url);
  parentPort?.on('message', (question: number) => {
    void endpoint.meter().then((meter) => parentPort?.postMessage({ question, meter }));
  });
}

void main();
