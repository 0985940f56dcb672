import type { QueueName } from '../../../shared/core/ports/task-queue';
import type { Task } from '../../../shared/core/task';
import { emptyQueues, type SentMessage } from '../../../testing/memory-task-queue';
import type { Chance } from './chance';

/** The queues that messages are delivered from. */
export type Source = Exclude<QueueName, 'parked'> | 'dead';

/** A message on its way. */
export interface Message {
  readonly id: string;
  queue: Source;
  readonly task: Task;
  /** Epoch milliseconds. */
  visibleAt: number;
  received: number;
}

/** How messages go astray. */
export interface Astray {
  /** How many still may. */
  budget: number;
  readonly rate: number;
  readonly kinds: readonly ['lost' | 'twice' | 'late', ...('lost' | 'twice' | 'late')[]];
}

/** Messages that were sent and not deleted. */
export interface Messages {
  /** Where the pipeline's queues put what they are sent. */
  readonly sent: ReturnType<typeof emptyQueues>;
  readonly all: ReadonlySet<Message>;
  /** Takes in what was sent. */
  readonly absorb: () => void;
  /** Whether `queue` has one that can be received now, of those one by chance. */
  readonly receivable: () => Message[];
  /** Receives a message: it is out of sight for `hiddenMs`. */
  readonly receive: (message: Message, hiddenMs: number) => void;
  /** Deletes a message; that may go astray too. */
  readonly delete: (message: Message) => void;
  /** When the next message can be received; `Infinity` for none. */
  readonly nextAt: () => number;
}

/** How late a message comes that is late, in milliseconds. */
const lateMs = [1_000, 15_000, 100_000] as const;

/** Makes the queues. A message that was received `maxReceiveCount` times goes to the dead letters. */
export function messages(
  chance: Chance,
  astray: Astray,
  maxReceiveCount: number,
  now: () => number,
  trace: (line: () => string) => void,
): Messages {
  const sent = emptyQueues();
  const all = new Set<Message>();
  let made = 0;

  const goAstray = (): 'lost' | 'twice' | 'late' | undefined => {
    if (astray.budget === 0 || !chance.hits(astray.rate)) return undefined;
    astray.budget -= 1;
    return chance.pick(astray.kinds);
  };
  const put = (queue: Source, { body, delaySeconds }: SentMessage): void => {
    const task = JSON.parse(body) as Task;
    const id = `${queue}-${(made += 1)}`;
    const astrayAs = goAstray();
    trace(() => `sent ${id} ${body} in ${delaySeconds} s ${astrayAs ?? ''}`);
    if (astrayAs === 'lost') return;
    const visibleAt = now() + delaySeconds * 1_000;
    const late = astrayAs === 'late' ? chance.pick(lateMs) : 0;
    all.add({ id, queue, task, visibleAt: visibleAt + late, received: 0 });
    // A copy has the same id, and may be received at the same time as the message.
    if (astrayAs !== 'twice') return;
    const copyAt = visibleAt + (chance.hits(0.5) ? 0 : chance.pick(lateMs));
    all.add({ id, queue, task, visibleAt: copyAt, received: 0 });
  };

  return {
    sent,
    all,
    absorb: () => {
      for (const queue of ['pages', 'objects', 'isolation', 'callbacks'] as const) {
        for (const message of sent[queue].splice(0)) put(queue, message);
      }
    },
    receivable: () => {
      const list: Message[] = [];
      for (const message of all) {
        if (message.visibleAt > now()) continue;
        if (message.queue !== 'dead' && message.received >= maxReceiveCount) {
          trace(() => `${message.id} is a dead letter`);
          message.queue = 'dead';
          message.received = 0;
        }
        list.push(message);
      }
      return list;
    },
    receive: (message, hiddenMs) => {
      message.received += 1;
      message.visibleAt = now() + hiddenMs;
    },
    delete: (message) => {
      const astrayAs = goAstray();
      trace(() => `deleted ${message.id} ${astrayAs === undefined ? '' : 'in vain'}`);
      if (astrayAs === undefined) all.delete(message);
    },
    nextAt: () => {
      let at = Infinity;
      for (const message of all) at = Math.min(at, message.visibleAt);
      return at;
    },
  };
}
