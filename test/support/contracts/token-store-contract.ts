import type { TokenStore } from '../../../shared/core/ports/token-store';
import { freshId, type Subject } from './subject';

/** What every store of tokens must do. */
export function tokenStoreContract(subject: () => Subject<TokenStore>): void {
  const store = () => subject().store;

  it('has no token before the first was written', async () => {
    expect(await store().readToken(freshId('t'))).toBeUndefined();
  });

  it('gives back what was written, and nothing of what was there before', async () => {
    const name = freshId('t');
    const leased = { version: 1, leaseUntil: 1_000 };
    expect(await store().writeToken(name, leased)).toBe(true);
    expect(await store().readToken(name)).toEqual(leased);
    const sealed = { version: 2, sealed: 'abc' };
    expect(await store().writeToken(name, sealed)).toBe(true);
    expect(await store().readToken(name)).toEqual(sealed);
  });

  it('writes one of several items that follow the same one', async () => {
    const name = freshId('t');
    for (const version of [1, 2]) {
      const writes = [1, 2, 3].map((at) =>
        store().writeToken(name, { version, sealed: `${version}.${at}` }),
      );
      expect((await Promise.all(writes)).filter(Boolean)).toHaveLength(1);
    }
    expect(await store().writeToken(name, { version: 2 })).toBe(false);
    expect(await store().writeToken(name, { version: 4 })).toBe(false);
    expect(await store().readToken(name)).toMatchObject({ version: 2 });
  });

  it('may say no to a write that was sent twice, and has written it once', async () => {
    const name = freshId('t');
    subject().sendNextWriteTwice();
    await store().writeToken(name, { version: 1, sealed: 'abc' });
    expect(await store().readToken(name)).toEqual({ version: 1, sealed: 'abc' });
  });
}
