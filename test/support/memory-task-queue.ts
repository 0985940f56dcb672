import type { OutgoingTask, QueueName, TaskQueue } from '../../shared/core/ports';
import type { Hooks } from './memory-table';

/** A message as it was sent. */
export interface SentMessage {
  readonly body: string;
  readonly delaySeconds: number;
}

/** Queues in memory: a test takes messages out of `queues` and delivers them as it likes. */
export interface MemoryTaskQueue extends TaskQueue {
  readonly queues: Readonly<Record<QueueName, SentMessage[]>>;
}

/** The pipeline's queues in memory; they pass the suite of the real ones. */
export function memoryTaskQueue(hooks: Hooks = {}): MemoryTaskQueue {
  const queues = { pages: [], objects: [], isolation: [], callbacks: [], parked: [] } as Record<
    QueueName,
    SentMessage[]
  >;
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
        const { task, delaySeconds = 0 } = each;
        await put('send', queueOf(each), { body: JSON.stringify(task), delaySeconds });
      }
    },
    sendRaw: (queue, body, delaySeconds = 0) => put('sendRaw', queue, { body, delaySeconds }),
    comeAgain: () => Promise.resolve(),
    nameOf: (eventSourceArn) =>
      (Object.keys(queues) as QueueName[]).find((name) => eventSourceArn.endsWith(`:${name}`)),
    waitingObjects: () => Promise.resolve(queues.objects.length),
  };
}

function queueOf({ task }: OutgoingTask): QueueName {
  if (task.task === 'page') return 'pages';
  if (task.task === 'callback') return 'callbacks';
  return task.isolated ? 'isolation' : 'objects';
}
