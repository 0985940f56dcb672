import { latest, remember } from '../../../shared/core/latest';

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

describe('results that are remembered', () => {
  it('are made once for each key, and again after one that failed', async () => {
    const remembered = remember<number>(2);
    let made = 0;
    const make = () => Promise.resolve((made += 1));
    expect(await Promise.all([remembered('a', make), remembered('a', make)])).toEqual([1, 1]);
    await expect(remembered('b', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await remembered('b', make)).toBe(2);
  });

  it('are forgotten when they were asked for longest ago and there are too many', async () => {
    const remembered = remember<number>(2);
    const ask = (key: string, value: number) => remembered(key, () => Promise.resolve(value));
    for (const key of ['a', 'b', 'a', 'c']) await ask(key, 1);
    expect([await ask('a', 2), await ask('b', 2)]).toEqual([1, 2]);
  });
});
