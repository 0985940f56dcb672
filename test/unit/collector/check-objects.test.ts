import { noRedaction } from '../../../shared/core/plain-json';
import { checkObjects as check } from '../../../shared/collector/check-objects';

const checkObjects = (listed: readonly unknown[]) => check(listed, noRedaction);

describe('the objects of a page', () => {
  it('are ids, or ids with data', () => {
    const { objects, data, rejected } = checkObjects([
      'a',
      { id: 'b', data: { price: 1, left: undefined } },
      { id: 'c' },
      { id: 'd', data: null },
    ]);
    expect(objects).toEqual(['a', 'b', 'c', 'd']);
    expect([...data]).toEqual([
      ['b', { price: 1 }],
      ['d', null],
    ]);
    expect(rejected).toEqual([]);
  });

  it('are each one object, with the data that came first', () => {
    const twice = checkObjects([{ id: 'a', data: 1 }, 'a', { id: 'a', data: 2 }]);
    expect(twice.objects).toEqual(['a']);
    expect([...twice.data]).toEqual([['a', 1]]);
  });

  it.each([
    [
      'an unknown key',
      { id: 'b', date: 1 },
      /^listPage: objects\[1\]: unknown key date; expected id, data$/,
    ],
    [
      'data that is no JSON',
      { id: 'b', data: { at: new Date(0) } },
      /^listPage: objects\[1\]\.data\.at: expected plain JSON, got Date$/,
    ],
    ['no id', { data: 1 }, /^listPage: objects\[1\]\.id: expected an id of text, got undefined$/],
    [
      'a number as id',
      { id: 7, data: 1 },
      /^listPage: objects\[1\]\.id: expected an id of text, got the number 7: return String\(id\)$/,
    ],
    ['a list', ['b'], /^listPage: objects\[1\]: expected an id of text, got an array$/],
  ])('are collected next to one with %s, which is rejected by name', (_, odd, fault) => {
    const { objects, rejected } = checkObjects(['a', odd, 'c']);
    expect(objects).toEqual(['a', 'c']);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.error).toMatch(fault);
  });
});
