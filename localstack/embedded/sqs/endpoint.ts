import { accountId } from '../account';
import { askByTarget, intercepted, serve } from '../http/server';
import type { Handle, Interceptor } from '../http/service';
import { guarded, type Authorizer } from '../iam/authorizer';
import { callCounter, type CallCounter } from '../meter';
import { startSqs, type Sqs } from './sqs';

/** SQS behind its endpoint. */
export interface SqsEndpoint extends Pick<Sqs, 'depth' | 'purge' | 'storedBytes'> {
  readonly url: string;
  readonly counter: CallCounter;
  /** Answers a call without HTTP, but counted and intercepted: the pollers of Lambda are inside AWS too. */
  readonly handle: Handle;
  /** Has calls that come over HTTP checked from now on. */
  guardBy(access: Authorizer): void;
  createQueue(name: string, arn: string, attributes: Readonly<Record<string, string>>): void;
  urlOf(queueName: string): string;
  /** Ends the long polls. */
  stopWaiting(): void;
  close(): Promise<void>;
}

/**
 * Starts SQS, without queues.
 * @param port @default - any free one
 */
export async function startSqsEndpoint(
  interceptor?: Interceptor,
  port?: number,
): Promise<SqsEndpoint> {
  const sqs = await startSqs();
  const counter = callCounter();
  const handle = counter.counting(intercepted(interceptor, (call) => sqs.handle(call)));
  let answer = handle;
  const server = await serve(askByTarget('sqs'), (call) => answer(call), port);
  const urlOf = (queueName: string): string => `${server.url}/${accountId}/${queueName}`;
  return {
    url: server.url,
    counter,
    handle,
    guardBy: (access) => {
      answer = guarded(access, handle);
    },
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
