import { rm } from 'node:fs/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startCloud } from '../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../localstack/embedded/embedded-cloud';
import type { CloudOptions } from '../../localstack/embedded/options';
import { tinyAssembly, type Tiny } from './tiny-assembly';

/** A cloud for a test: what its functions are handed and log, and a client of it. */
export interface TestCloud extends EmbeddedCloud {
  /** Lines that functions wrote, those of JSON parsed. One may come after the end of its invocation. */
  readonly lines: unknown[];
  /** The events that a function was invoked with until now. */
  eventsOf(functionName: string): unknown[];
  readonly sqs: SQSClient;
  send(queueId: string, body: string, further?: object): Promise<void>;
}

const clouds: TestCloud[] = [];

/** Starts a cloud with a small assembly; `closeClouds` ends it. */
export async function cloudOf(
  tiny: Tiny,
  options: Omit<CloudOptions, 'assembly' | 'onLog'> = {},
): Promise<TestCloud> {
  const assembly = await tinyAssembly(tiny);
  const lines: unknown[] = [];
  const cloud = await startCloud({
    assembly,
    ...options,
    onLog: (_functionName, line) => lines.push(parsed(line)),
  });
  const invoked: { readonly functionName: string; readonly event: unknown }[] = [];
  cloud.onInvocation((each) => {
    if (each.kind !== 'start') return;
    invoked.push({ functionName: each.functionName, event: parsed(each.event) });
  });
  const sqs = new SQSClient(clientOf(cloud, 'sqs'));
  const test: TestCloud = {
    ...cloud,
    lines,
    eventsOf: (name) =>
      invoked.filter(({ functionName }) => functionName === name).map(({ event }) => event),
    sqs,
    send: async (queueId, body, further = {}) => {
      const QueueUrl = cloud.queueUrl(queueId);
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...further }));
    },
    close: async () => {
      sqs.destroy();
      await cloud.close();
      await rm(assembly, { recursive: true, force: true });
    },
  };
  clouds.push(test);
  return test;
}

/** Ends the clouds that a test started; for `afterEach`. */
export async function closeClouds(): Promise<void> {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
}

/** What points an SDK client at a service of a cloud. */
export const clientOf = (cloud: EmbeddedCloud, service: keyof EmbeddedCloud['endpoints']) => ({
  endpoint: cloud.endpoints[service],
  region: cloud.region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** Waits until `condition` gives something, 30 s at most. */
export async function eventually<T>(condition: () => T | undefined | false): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const met = condition();
    if (met !== undefined && met !== false) return met;
    if (Date.now() > end) throw new Error('It has not happened in 30 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return line;
  }
}
