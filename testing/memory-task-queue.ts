import type { OutgoingTask, QueueName, TaskQueue } from '../shared/core/ports/task-queue';
import type { Hooks } from './memory-table';

/** A message as it was sent. */
export interface SentMessage {
  readonly body: string;
  readonly delaySeconds: number;
  readonly messageGroupId?: string | undefined;
}

/** Queues in memory: a test takes messages out of `queues` and delivers them as it likes. */
export interface MemoryTaskQueue extends TaskQueue {
  readonly queues: Queues;
}

type Queues = Readonly<Record<QueueName, SentMessage[]>>;

/** The pipeline's queues in memory; they pass the suite of the real ones. */
export function memoryTaskQueue(hooks: Hooks = {}, queues = emptyQueues()): MemoryTaskQueue {
  const put = async (call: string, queue: QueueName, message: SentMessage): Promise<void> => {
    await hooks.before?.(call);
    queues[queue].push(message);
    if (hooks.sentTwice?.(call)) queues[queue].push(message);
    await hooks.after?.(call);
  };
  return {
    queues,
    send: async (tasks) => {
      for (const each of tasks) {
        const { task, delaySeconds = 0, messageGroupId } = each;
        const body = JSON.stringify(task);
        await put('send', queueOf(each), { body, delaySeconds, messageGroupId });
      }
    },
    sendRaw: (queue, body, delaySeconds = 0) => put('sendRaw', queue, { body, delaySeconds }),
    changeVisibility: () => Promise.resolve(),
    nameOf: (eventSourceArn) =>
      (Object.keys(queues) as QueueName[]).find((name) => eventSourceArn.endsWith(`:${name}`)),
    waitingObjects: () => Promise.resolve(queues.objects.length),
  };
}

/** Queues without messages. */
export const emptyQueues = (): Queues => ({
  pages: [],
  objects: [],
  isolation: [],
  callbacks: [],
  parked: [],
});

function queueOf({ task }: OutgoingTask): QueueName {
  if (task.task === 'page') return 'pages';
  if (task.task === 'callback') return 'callbacks';
  return task.isolated ? 'isolation' : 'objects';
}
