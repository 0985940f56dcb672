import type { OutgoingTask, QueueName, TaskQueue } from '../../../shared/core/ports/task-queue';
import { parseTask, type Task } from '../../../shared/core/task';

/** Queues under test, and how to take what was sent out of them. */
export interface QueueSubject {
  readonly queue: TaskQueue;
  /** Empties a queue. */
  readonly take: (queue: QueueName) => Promise<string[]>;
}

const common = { v: 1, runId: 'c@1', generation: 0 } as const;
const page: Task = { ...common, task: 'page', page: 1, attempt: 1 };
const callback: Task = { ...common, task: 'callback', reason: 'done' };
const objects = (id: string, rest: Partial<Task> = {}): Task =>
  ({ ...common, task: 'objects', page: 0, attempt: 1, objects: [[0, id]], ...rest }) as Task;

const sent = (tasks: readonly Task[]): OutgoingTask[] => tasks.map((task) => ({ task }));

/** What every set of the pipeline's queues must do. */
export function taskQueueContract(subject: () => QueueSubject): void {
  const queue = () => subject().queue;
  const tasksIn = async (name: QueueName): Promise<unknown[]> =>
    (await subject().take(name)).map((body) => {
      const parsed = parseTask(body);
      return parsed.kind === 'task' ? parsed.task : parsed;
    });

  it('sends each task to the queue of its kind', async () => {
    const alone = objects('b', { isolated: true });
    await queue().send(sent([page, objects('a'), callback, alone]));
    expect(await tasksIn('pages')).toEqual([page]);
    expect(await tasksIn('objects')).toEqual([objects('a')]);
    expect(await tasksIn('isolation')).toEqual([alone]);
    expect(await tasksIn('callbacks')).toEqual([callback]);
    expect(await tasksIn('parked')).toEqual([]);
  });

  it('sends as many tasks as it is given', async () => {
    const tasks = Array.from({ length: 25 }, (_, at) => objects(`o${at}`));
    await queue().send(sent(tasks));
    const received = await tasksIn('objects');
    expect(received).toHaveLength(25);
    expect(received).toEqual(expect.arrayContaining(tasks));
    await queue().send([]);
    expect(await tasksIn('objects')).toEqual([]);
  });

  it.each(['😀', '\u0000\t\n"\\', '\ufffe\uffff', '\ud800', '</x>&'])(
    'carries an id such as %j',
    async (id) => {
      await queue().send(sent([objects(id)]));
      expect(await tasksIn('objects')).toEqual([objects(id)]);
    },
  );

  it('sends a body as it came', async () => {
    await queue().sendRaw('parked', '{"v":99}');
    expect(await subject().take('parked')).toEqual(['{"v":99}']);
  });

  it('counts the objects messages that wait', async () => {
    await queue().send([{ task: objects('a') }, { task: objects('b'), delaySeconds: 900 }]);
    expect(await queue().waitingObjects()).toBe(2);
  });

  it('knows its own queues by their ARN', () => {
    expect(queue().nameOf('arn:aws:sqs:eu-west-1:000000000000:pages')).toBe('pages');
    expect(queue().nameOf('arn:aws:sqs:eu-west-1:000000000000:isolation')).toBe('isolation');
    expect(queue().nameOf('arn:aws:sqs:eu-west-1:000000000000:other')).toBeUndefined();
  });

  it('lets no message be lost over one that cannot come sooner', async () => {
    await expect(queue().changeVisibility('pages', ['no such handle'], 1)).resolves.toBeUndefined();
  });
}
