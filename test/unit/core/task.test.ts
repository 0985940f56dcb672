import fc from 'fast-check';
import { memberKey, messageVersion, parseTask } from '../../../shared/core/task';

const objects = {
  v: messageVersion,
  task: 'objects',
  runId: 'c@2026-01-01T00:00:00.000Z',
  generation: 0,
  page: 3,
  attempt: 1,
  objects: [[0, 'a']],
};

const faultOf = (change: object): string => {
  const parsed = parseTask(JSON.stringify({ ...objects, ...change }));
  return parsed.kind === 'malformed' ? parsed.message : parsed.kind;
};

describe('the body of a message', () => {
  it('is read back as it was written', () => {
    expect(parseTask(JSON.stringify(objects))).toEqual({ kind: 'task', task: objects });
  });

  it.each([
    [{ task: 'page', page: 1, attempt: 2, pageToken: 't', objectsBefore: 100, notBefore: 5 }],
    [{ task: 'callback', reason: 'deadline' }],
    [{ task: 'objects', page: 1, attempt: 1, objects: [[7, 'x']], pageSize: 8, isolated: true }],
  ])('of each kind is read: %j', (own) => {
    const task = { v: messageVersion, runId: 'c@x', generation: 2, ...own };
    expect(parseTask(JSON.stringify(task))).toEqual({ kind: 'task', task });
  });

  it('that is no JSON is malformed, and says so', () => {
    expect(parseTask('{')).toEqual({
      kind: 'malformed',
      message: expect.stringMatching(/^body: expected JSON \(SyntaxError: /),
    });
  });

  it('tells its members apart by run, page and number', () => {
    expect(memberKey('c@x', 3, 14)).toBe('c@x#3#14');
  });

  it.each([
    ['a page below 0', { page: -1 }, /page/],
    ['no objects', { objects: [] }, /objects/],
    ['an object id of 256 bytes', { objects: [[0, 'x'.repeat(256)]] }, /objects\.0\.1/],
    ['an empty object id', { objects: [[0, '']] }, /objects\.0\.1/],
    ['an index beyond the page', { objects: [[1_000, 'x']] }, /objects\.0\.0/],
    ['an index beyond the size of its page', { objects: [[2, 'x']], pageSize: 2 }, /objects\.0\.0/],
    ['a page size of 0', { pageSize: 0 }, /pageSize/],
    ['an unknown task', { task: 'dance' }, /task/],
    ['an attempt of 0', { attempt: 0 }, /attempt/],
  ])('with %s is malformed, and the field is named', (_, change, field) => {
    expect(faultOf(change)).toMatch(field);
  });

  it('with a field that this version does not know is read without it', () => {
    expect(parseTask(JSON.stringify({ ...objects, extra: 1 }))).toEqual({
      kind: 'task',
      task: objects,
    });
  });

  it('of the version before is read, one of the next is unknown and keeps its run', () => {
    expect(parseTask(JSON.stringify({ ...objects, v: messageVersion - 1 })).kind).toBe('task');
    expect(parseTask(JSON.stringify({ ...objects, v: 99, task: 'new' }))).toEqual({
      kind: 'unknownVersion',
      v: 99,
      runId: objects.runId,
    });
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(['task', 'unknownVersion', 'malformed']).toContain(parseTask(body).kind);
      }),
    );
  });
});
