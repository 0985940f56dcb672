import { limits } from '../../../shared/core/limits';
import type { TotalNameStore } from '../../../shared/core/ports/chord-store';
import { expiresAt, freshId, type Subject } from './subject';

const upTo = (count: number, prefix = 'n'): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

/** What every store of the names of totals must do. */
export function totalNameStoreContract(subject: () => Subject<TotalNameStore>): void {
  const claim = (runId: string, names: readonly string[]) =>
    subject().store.claim(runId, names, expiresAt);

  it('keeps the names of a run together and those of another apart', async () => {
    const runId = freshId('run');
    expect(await claim(runId, ['a', 'b'])).toEqual(new Set(['a', 'b']));
    expect(await claim(runId, ['b', 'c'])).toEqual(new Set(['a', 'b', 'c']));
    expect(await claim(freshId('run'), ['d'])).toEqual(new Set(['d']));
    expect(await subject().store.read(runId)).toEqual(new Set(['a', 'b', 'c']));
    expect(await subject().store.read(freshId('run'))).toEqual(new Set());
  });

  it('takes as many names as a run may have, of the longest kind', async () => {
    const runId = freshId('run');
    const names = upTo(limits.totalNames).map((name) => name.padEnd(limits.totalNameLength, '€'));
    expect(await claim(runId, names)).toEqual(new Set(names));
  });

  it('adds no name where not all of them fit, and gives those that are there', async () => {
    const runId = freshId('run');
    const names = upTo(limits.totalNames - 1);
    await claim(runId, names);
    expect(await claim(runId, ['x', 'y'])).toEqual(new Set(names));
    expect(await claim(runId, ['x'])).toEqual(new Set([...names, 'x']));
    expect(await claim(runId, ['y'])).toEqual(new Set([...names, 'x']));
  });

  it('gives the same names when the write is sent twice', async () => {
    const runId = freshId('run');
    const names = upTo(limits.totalNames);
    subject().sendNextWriteTwice();
    expect(await claim(runId, names)).toEqual(new Set(names));
  });

  it('never has more names than a run may have, whoever claims at the same time', async () => {
    const runId = freshId('run');
    await Promise.all(Array.from({ length: 10 }, (_, at) => claim(runId, upTo(15, `${at}-`))));
    expect((await claim(runId, upTo(limits.totalNames, 'none'))).size).toBe(90);
  });

  it.each(['__proto__', ' ', '😀', '\u0000', 'a#b'])('keeps the name %j as it is', async (name) => {
    expect(await claim(freshId('run'), [name])).toEqual(new Set([name]));
  });
}
