import { AwsError, answered, type Answer, type Body, type Call } from '../http/service';
import { md5, decodeAnswer, encode, type Encoded } from './surrogate-pairs';
import { longPoll, type LongPoll } from './long-poll';
import { loadFauxqs, type FauxError, type FauxMessage, type FauxQueue } from './fauxqs';
import { entriesOf, refuseSqs } from './refusals';

/** Messages that may be in flight in one standard queue. */
const mostInFlight = 120_000;

/** The messages of a queue, by their state. */
export interface QueueDepth {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** SQS: fauxqs, with long polls that wake at once, and what AWS refuses refused. */
export interface Sqs {
  handle(call: Call): Promise<Answer>;
  createQueue(name: string, url: string, arn: string, attributes: Record<string, string>): void;
  /** @throws Error when there is no such queue */
  depth(queueName: string): QueueDepth;
  purge(queueName: string): void;
  /** Bytes of the bodies that all queues hold. */
  storedBytes(): number;
  close(): void;
}

/** A send under way. */
interface Sending {
  readonly encoded: Encoded;
  /** The messages that were sent, in order; shortened as they arrive. */
  readonly messages: Body[];
}

interface Entry {
  readonly queue: FauxQueue;
  readonly bell: LongPoll;
}

/** Starts SQS, without queues. */
export async function startSqs(): Promise<Sqs> {
  const { store, actions } = await loadFauxqs();
  const queues = new Map<string, Entry>();
  /** What the send under way passes by fauxqs; sends are synchronous, so there is one at most. */
  let sending: Sending = { encoded: new Map(), messages: [] };

  const named = (name: string): Entry => {
    const entry = queues.get(name);
    if (!entry) throw new Error(`There is no queue ${name}`);
    return entry;
  };
  const entryOf = (body: Body): Entry | undefined =>
    queues.get(String(body['QueueUrl']).replace(/.*\//, ''));
  const act = async (operation: string, body: Body): Promise<Body> => {
    const action = actions.get(operation);
    if (!action) {
      throw new AwsError('com.amazonaws.sqs#InvalidAction', `${operation} is not emulated`);
    }
    try {
      return await action(body, store, { headers: {} });
    } catch (error) {
      throw asAwsError(error);
    }
  };
  const send = async (operation: string, body: Body): Promise<Body> => {
    const { body: shown, encoded } = encode(body);
    sending = { encoded, messages: operation === 'SendMessage' ? [shown] : [...entriesOf(shown)] };
    return decodeAnswer(body, await act(operation, shown), encoded);
  };

  return {
    handle: ({ operation, body, signal }) =>
      answered(async () => {
        const entry = entryOf(body);
        refuseSqs(operation, body, entry?.queue.isFifo() ?? false);
        const own = entry ? { ...body, QueueUrl: entry.queue.url } : body;
        if (operation.startsWith('SendMessage')) return send(operation, own);
        if (operation !== 'ReceiveMessage' || !entry) return act(operation, own);
        return receive(entry, own, signal, (asked) => act(operation, asked));
      }),
    createQueue: (name, url, arn, attributes) => {
      const queue = store.createQueue(name, url, arn, attributes);
      const bell = longPoll(queue);
      hook(queue, bell, (message) => {
        complete(message, sending);
      });
      queues.set(name, { queue, bell });
    },
    depth: (queueName) => {
      const { queue } = named(queueName);
      queue.processTimers();
      return {
        visible: queue.messages.length,
        delayed: queue.delayedMessages.length,
        inFlight: queue.inflightMessages.size,
      };
    },
    purge: (queueName) => {
      named(queueName).queue.purge();
    },
    storedBytes: () => [...queues.values()].reduce((sum, { queue }) => sum + bytesOf(queue), 0),
    close: () => {
      for (const { bell } of queues.values()) bell.close();
    },
  };
}

/** Gives a message that is being sent what fauxqs left out: its true body, and its group in a standard queue. */
function complete(message: FauxMessage, { encoded, messages }: Sending): void {
  const at = messages.findIndex(({ MessageBody }) => MessageBody === message.body);
  const [, sent] = [messages.splice(0, at), messages.shift()];
  const group = sent?.['MessageGroupId'];
  if (typeof group === 'string') message.messageGroupId = group;
  const text = encoded.get(message.body);
  if (text !== undefined) Object.assign(message, { body: text, md5OfBody: md5(text) });
}

/** Rings for messages that come; fits what comes from elsewhere into this queue. */
function hook(queue: FauxQueue, bell: LongPoll, enqueued: (message: FauxMessage) => void): void {
  const enqueue = queue.enqueue.bind(queue);
  queue.enqueue = (message) => {
    if (message.approximateReceiveCount > 0) arriveFromElsewhere(message);
    else enqueued(message);
    enqueue(message);
    if (message.delayUntil !== undefined) bell.due(message.delayUntil);
    else bell.ring();
  };
  const changeVisibility = queue.changeVisibility.bind(queue);
  queue.changeVisibility = (receiptHandle, seconds) => {
    changeVisibility(receiptHandle, seconds);
    if (seconds === 0) bell.ring();
    else bell.due(Date.now() + seconds * 1_000);
  };
}

/**
 * A dead letter arrives. A queue's own redrive policy counts its own receives; the count that a message tells of goes on
 * over all queues. fauxqs has one count for both, and would move the letter on at once.
 */
function arriveFromElsewhere(message: FauxMessage): void {
  // fauxqs counts the receive at which it moves the message instead of giving it.
  message.receivedElsewhere =
    (message.receivedElsewhere ?? 0) + message.approximateReceiveCount - 1;
  message.approximateReceiveCount = 0;
}

async function receive(
  { queue, bell }: Entry,
  body: Body,
  signal: AbortSignal | undefined,
  act: (body: Body) => Promise<Body>,
): Promise<Body> {
  const wait = Number(body['WaitTimeSeconds'] ?? queue.attributes['ReceiveMessageWaitTimeSeconds']);
  const deadline = Date.now() + wait * 1_000;
  // fauxqs checks the asked time; what it then waits itself is nothing.
  const at = { ...body, WaitTimeSeconds: wait > 20 || wait < 0 ? wait : 0 };
  for (;;) {
    dropExpired(queue);
    if (queue.inflightMessages.size >= mostInFlight) {
      throw new AwsError('com.amazonaws.sqs#OverLimit', 'Too many messages in flight');
    }
    const answer = await act(at);
    bell.passOn();
    const messages = answer['Messages'] as Body[] | undefined;
    if (messages) return { Messages: messages.map((message) => told(queue, message)) };
    if (Date.now() >= deadline || isGone(signal)) return {};
    await bell.wait(deadline, signal);
    if (isGone(signal)) return {};
  }
}

const isGone = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** Adds to a received message's count what it was received in other queues. */
function told(queue: FauxQueue, message: Body): Body {
  const attributes = message['Attributes'] as Record<string, string> | undefined;
  const count = attributes?.['ApproximateReceiveCount'];
  const held = queue.inflightMessages.get(String(message['ReceiptHandle']))?.message;
  if (!attributes || count === undefined || !held?.receivedElsewhere) return message;
  const total = Number(count) + held.receivedElsewhere;
  return { ...message, Attributes: { ...attributes, ApproximateReceiveCount: String(total) } };
}

/** fauxqs keeps messages for ever. They come in the order of their age, but for those that came back. */
function dropExpired(queue: FauxQueue): void {
  const oldest = Date.now() - Number(queue.attributes['MessageRetentionPeriod']) * 1_000;
  while ((queue.messages[0]?.sentTimestamp ?? Infinity) < oldest) queue.messages.shift();
}

function bytesOf({ messages, delayedMessages, inflightMessages }: FauxQueue): number {
  let bytes = 0;
  for (const { body } of messages) bytes += Buffer.byteLength(body);
  for (const { body } of delayedMessages) bytes += Buffer.byteLength(body);
  for (const { message } of inflightMessages.values()) bytes += Buffer.byteLength(message.body);
  return bytes;
}

function asAwsError(error: unknown): unknown {
  const { code, statusCode, message } = error as Partial<FauxError>;
  if (code === undefined || statusCode === undefined) return error;
  return new AwsError(`com.amazonaws.sqs#${code}`, message ?? code, statusCode);
}
