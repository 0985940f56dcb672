import { accountId } from '../environment';
import { askByTarget, intercepted, serve } from '../http/server';
import type { Handle, Interceptor } from '../http/service';
import { callCounter, type CallCounter } from '../meter';
import { startSqs, type Sqs } from './sqs';

/** SQS behind its endpoint. */
export interface SqsEndpoint extends Pick<Sqs, 'depth' | 'purge' | 'storedBytes'> {
  readonly url: string;
  readonly counter: CallCounter;
  /** What the endpoint does with a call, without HTTP: counted and intercepted. Lambda's pollers are inside AWS too. */
  readonly handle: Handle;
  createQueue(name: string, arn: string, attributes: Readonly<Record<string, string>>): void;
  urlOf(queueName: string): string;
  /** Ends the long polls. */
  stopWaiting(): void;
  close(): Promise<void>;
}

/** Starts SQS, without queues. */
export async function startSqsEndpoint(interceptor?: Interceptor): Promise<SqsEndpoint> {
  const sqs = await startSqs();
  const counter = callCounter();
  const handle = counter.counting(intercepted(interceptor, (call) => sqs.handle(call)));
  const server = await serve(askByTarget('sqs'), handle);
  const urlOf = (queueName: string): string => `${server.url}/${accountId}/${queueName}`;
  return {
    url: server.url,
    counter,
    handle,
    createQueue: (name, arn, attributes) => {
      sqs.createQueue(name, urlOf(name), arn, { ...attributes });
    },
    urlOf,
    depth: (queueName) => sqs.depth(queueName),
    purge: (queueName) => {
      sqs.purge(queueName);
    },
    storedBytes: () => sqs.storedBytes(),
    stopWaiting: () => {
      sqs.close();
    },
    close: () => server.close(),
  };
}
