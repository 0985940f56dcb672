import { batchesOf, bodyOf, entryOf } from '../../../shared/aws/task-queue';
import { limits } from '../../../shared/core/limits';
import type { Task } from '../../../shared/core/task';

const task: Task = { v: 1, task: 'callback', runId: 'r', generation: 0, reason: 'done' };
const entry = (bytes: number) => ({ Id: 'x', MessageBody: 'é'.repeat(bytes / 2) });
const sizes = (bytes: readonly number[]) =>
  batchesOf(bytes.map(entry)).map((batch) => batch.length);

describe('batches of messages', () => {
  it('take 10 entries', () => {
    expect(sizes(Array.from({ length: 21 }, () => 10))).toEqual([10, 10, 1]);
    expect(sizes([])).toEqual([]);
  });

  it('take 1 MiB in UTF-8 in all', () => {
    expect(sizes([limits.batchBytes, 2])).toEqual([1, 1]);
    expect(sizes([limits.batchBytes - 2, 2, 2])).toEqual([2, 1]);
    expect(sizes([600_000, 600_000, 2])).toEqual([1, 2]);
  });
});

describe('an entry', () => {
  it('carries delay and tenant where there are any', () => {
    expect(entryOf({ task }, 3)).toEqual({ Id: '3', MessageBody: JSON.stringify(task) });
    expect(entryOf({ task, delaySeconds: 0, messageGroupId: undefined }, 3)).toEqual({
      Id: '3',
      MessageBody: JSON.stringify(task),
    });
    expect(entryOf({ task, delaySeconds: 5, messageGroupId: 'tenant' }, 0)).toMatchObject({
      DelaySeconds: 5,
      MessageGroupId: 'tenant',
    });
  });

  it('is written in characters that SQS takes, and reads the same', () => {
    const odd = { ...task, runId: 'a😀\ufffe\uffff\u0001' };
    expect(bodyOf(odd)).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]*$/);
    expect(JSON.parse(bodyOf(odd))).toEqual(odd);
  });
});
