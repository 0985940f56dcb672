import { bodyOf, entryOf } from '../../../shared/aws/sqs/task-queue';
import type { Task } from '../../../shared/core/task';

const task: Task = { v: 1, task: 'callback', runId: 'r', generation: 0, reason: 'done' };
describe('an entry', () => {
  it('carries delay and tenant where there are any', () => {
    expect(entryOf({ task })).toEqual({ MessageBody: JSON.stringify(task) });
    expect(entryOf({ task, delaySeconds: 0, messageGroupId: undefined })).toEqual({
      MessageBody: JSON.stringify(task),
    });
    expect(entryOf({ task, delaySeconds: 5, messageGroupId: 'tenant' })).toMatchObject({
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
