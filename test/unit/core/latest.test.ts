import { latest } from '../../../shared/core/latest';

describe('a map of the latest entries', () => {
  it('forgets the entry that was set longest ago where it would have too many', () => {
    const map = latest<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([3, undefined, 4]);
  });

  it('has room again for what was deleted', () => {
    const map = latest<number>(1);
    map.set('a', 1);
    map.delete('a');
    map.set('b', 2);
    expect([map.get('a'), map.get('b')]).toEqual([undefined, 2]);
  });
});
