import fc from 'fast-check';
import { bodyOf } from '../../../shared/aws/sqs/task-queue';
import { itemBytes, jsonTextBytes, utf8Bytes, valueBytes } from '../../../shared/core/item-size';

describe('utf8Bytes', () => {
  it('counts what an encoder writes, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
    expect(utf8Bytes('\ud800x\udc00')).toBe(7);
  });

  it.each([
    ...['\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff'],
    ...['\ud800', '\udbff', '\udc00', '\udfff', '\ud800\udc00', '\udbff\udfff'],
    ...['\ud7ff\udc00', '\udc00\udc00', '\ud800\udbff', '\ud800\ue000', '\ud800\ud800\udc00'],
  ])('counts %j as an encoder writes it', (text) => {
    expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
  });
});

describe('jsonTextBytes', () => {
  const inBody = (runId: string): number => {
    const task = { v: 2, task: 'callback', runId, generation: 0, reason: 'done' } as const;
    return utf8Bytes(bodyOf(task)) - utf8Bytes(bodyOf({ ...task, runId: '' })) + 2;
  };

  it('is never less than what a message takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(jsonTextBytes(text)).toBeGreaterThanOrEqual(inBody(text));
      }),
    );
  });

  it.each(['', 'abc', '"\\', '\u0001', '\u007f', 'ü€', '😀', '\ud800', '\ufffe\uffff'])(
    'is what a message takes for %j',
    (text) => {
      expect(jsonTextBytes(text)).toBe(inBody(text));
    },
  );
});

describe('itemBytes', () => {
  it('counts names and texts in UTF-8', () => {
    expect(itemBytes({ pk: 'abc', grüße: '😀' })).toBe(2 + 3 + 7 + 4);
  });

  it('leaves out what is undefined, for it is not stored', () => {
    expect(itemBytes({ a: undefined })).toBe(0);
    expect(valueBytes({ a: undefined })).toBe(3);
  });

  it('adds 3 bytes for a list or map and 1 for each element', () => {
    expect(valueBytes([])).toBe(3);
    expect(valueBytes({})).toBe(3);
    expect(valueBytes([true, null])).toBe(3 + 2 * (1 + 1));
    expect(valueBytes({ a: true, b: true, c: true })).toBe(3 + 3 * (1 + 1 + 1));
    expect(valueBytes({ ab: 'c', d: [''] })).toBe(3 + 2 * 1 + (2 + 1) + (1 + 3 + 1));
  });

  it.each([
    [0, 2],
    [7, 3],
    [1_000_000, 3],
    [12_345, 5],
    [-12_345, 6],
    [0.001, 3],
    [1.5e-9, 3],
    [Number.MAX_SAFE_INTEGER, 10],
  ])('counts the significant digits of %d', (value, bytes) => {
    expect(valueBytes(value)).toBe(bytes);
  });

  it('counts an own property named __proto__ as any other', () => {
    expect(itemBytes(JSON.parse('{"__proto__":"x"}') as object as Record<string, string>)).toBe(10);
  });
});
