import { visibilityPerTimeout } from '../../../shared/core/event-source';
import type { CallbackTask, ObjectsTask, PageTask } from '../../../shared/core/task';
import { handleDeadLetter } from '../../../shared/pipeline/dead-letter';
import { collectObjects } from '../../../shared/pipeline/object/collect-objects';
import { completeRun } from '../../../shared/pipeline/callback/complete-run';
import { listPage } from '../../../shared/pipeline/page/list-page';
import type { Delivery } from '../../../shared/pipeline/pipeline';
import type { TimeBudget } from '../../../shared/pipeline/time-budget';
import { timeoutMs } from './environments';
import type { Process } from './machine';
import type { Message } from './messages';
import type { World } from './world';

/** Has one of the messages received, and some more with it where a batch may have them. */
export function deliver(world: World, receivable: readonly Message[]): void {
  const { chance } = world;
  const first = receivable[chance.below(receivable.length)];
  if (!first || throttles(world, first)) return;
  switch (first.queue) {
    case 'pages':
      invokeOne(world, first, 'page', ({ pipeline, readRun }, budget) =>
        listPage(pipeline, readRun, deliveryOf<PageTask>(first), budget),
      );
      return;
    case 'callbacks':
      invokeOne(world, first, 'callback', ({ pipeline }, budget) =>
        completeRun(pipeline, deliveryOf<CallbackTask>(first), budget),
      );
      return;
    case 'dead':
      invokeOne(world, first, 'deadLetter', ({ pipeline }, budget) =>
        handleDeadLetter(pipeline, deliveryOf(first), budget),
      );
      return;
    case 'isolation':
      invokeObjects(world, [first]);
      return;
    case 'objects': {
      const batch = receivable.filter(
        (message) => message === first || (message.queue === 'objects' && chance.hits(0.4)),
      );
      invokeObjects(world, batch);
    }
  }
}

/** Whether Lambda finds no execution for a message until its visibility timeout is over: it was received, and no function ran. */
function throttles({ scenario, chance, messages, settings, trace }: World, message: Message) {
  const { throttles: left } = scenario;
  if (!left || left.budget === 0 || !chance.hits(left.rate)) return false;
  left.budget -= 1;
  trace(() => `${message.id} is throttled`);
  messages.receive(message, visibilityPerTimeout * timeoutMs(settings, functionOf[message.queue]));
  return true;
}

const functionOf = {
  pages: 'page',
  objects: 'object',
  isolation: 'object',
  callbacks: 'callback',
  dead: 'deadLetter',
} as const;

const deliveryOf = <T>({ id, received, task }: Message): Delivery<T> => ({
  messageId: id,
  receiveCount: received,
  task: task as T,
});

type Invoke = World['environments']['invoke'];

function invokeOne(
  world: World,
  message: Message,
  name: Parameters<Invoke>[0],
  work: Parameters<Invoke>[1],
): void {
  const { environments, messages, settings } = world;
  messages.receive(message, visibilityPerTimeout * timeoutMs(settings, name));
  const begin = (...args: Parameters<typeof work>) => {
    redeliverAfterEnd(world, [message], args[1]);
    return work(...args);
  };
  environments.invoke(name, begin, (outcome) => {
    if (outcome === 'done') messages.delete(message);
    if (outcome === 'threw') changeVisibility(world, message);
  });
}

function invokeObjects(world: World, batch: readonly Message[]): void {
  const { environments, messages, retries, settings } = world;
  for (const message of batch)
    messages.receive(message, visibilityPerTimeout * timeoutMs(settings, 'object'));
  let failed: ReadonlySet<string> = new Set();
  let process: Process | undefined;
  const received = batch.map((message) => ({
    id: message.id,
    task: message.task as ObjectsTask,
    received: message.received,
  }));
  environments.invoke(
    'object',
    async ({ pipeline, readRun, process: own }, budget) => {
      process = own;
      redeliverAfterEnd(world, batch, budget);
      if (own) retries.begins(own, received);
      const deliveries = batch.map((message) => deliveryOf<ObjectsTask>(message));
      failed = await collectObjects(pipeline, readRun, deliveries, budget);
    },
    (outcome) => {
      const kept = received.filter(({ id }) => outcome === 'done' && !failed.has(id));
      if (process) retries.ends(process, kept);
      for (const message of batch) {
        if (outcome === 'done' && !failed.has(message.id)) messages.delete(message);
        else if (outcome !== 'died') changeVisibility(world, message);
      }
    },
  );
}

/** As the handlers do with what may kill them. */
function redeliverAfterEnd(
  { time }: World,
  batch: readonly Message[],
  { endsAt }: TimeBudget,
): void {
  const leftMs = endsAt - time.now();
  for (const message of batch) {
    const isSuspect = message.queue === 'isolation' || message.received > 1;
    if (!isSuspect || message.queue === 'callbacks' || message.queue === 'dead') continue;
    message.visibleAt = endsAt + Math.min(30_000, leftMs);
  }
}

/** As the handlers do with a message that failed. */
function changeVisibility({ time }: World, message: Message): void {
  message.visibleAt = time.now() + Math.min(60, 2 ** message.received) * 1_000;
}
