import fc from 'fast-check';
import type { Token } from '../../../shared/http/sealed-token';
import { tokenSeal } from '../../../shared/http/sealed-token';
import { leaseMs, requestMs, sharedToken } from '../../../shared/http/shared-token';
import { memoryTokenStore } from '../../../testing/memory-token-store';

const seal = tokenSeal('secret', 'about');

/** Dies where it is: nothing of it goes on. */
const never = () => new Promise<never>(() => undefined);

interface Fate {
  /** How long the server takes, in milliseconds. */
  readonly latencyMs: number;
  /** Whether the environment dies while it waits for the server, or before it writes. */
  readonly dies: 'no' | 'asking' | 'writing';
}

const fate = fc.record<Fate>({
  latencyMs: fc.integer({ min: 0, max: requestMs }),
  dies: fc.constantFrom('no', 'no', 'no', 'asking', 'writing'),
});

/** Runs environments that all want a token at about the same time, on a clock that jumps to whoever waits the least. */
async function race(
  fates: readonly Fate[],
): Promise<{ requests: number; most: number; tokens: Set<string>; lacking: number }> {
  let now = 1_000_000;
  const timers: { readonly at: number; readonly fire: () => void }[] = [];
  const sleep = (ms: number) =>
    new Promise<void>((fire) => {
      timers.push({ at: now + ms, fire });
    });
  const store = memoryTokenStore();
  let requests = 0;
  let underWay = 0;
  let most = 0;
  const tokens = new Set<string>();
  const living = fates.filter(({ dies }) => dies === 'no').length;
  let done = 0;
  fates.forEach(({ latencyMs, dies }) => {
    let mayWrite = true;
    const request = async (): Promise<Token> => {
      requests += 1;
      underWay += 1;
      most = Math.max(most, underWay);
      const accessToken = `token-${requests}`;
      await sleep(latencyMs);
      underWay -= 1;
      if (dies === 'asking') return never();
      mayWrite = dies === 'no';
      return { accessToken, issuedAt: now, expiresAt: now + 3_600_000, refreshToken: undefined };
    };
    const own = {
      ...store,
      writeToken: (...write: Parameters<typeof store.writeToken>) =>
        mayWrite ? store.writeToken(...write) : never(),
    };
    void sharedToken({ store: own, seal, request, now: () => now, sleep }).then(
      ({ accessToken }) => {
        tokens.add(accessToken);
        if (dies === 'no') done += 1;
      },
      // It has waited for two leases, and is tried again.
      () => undefined,
    );
  });
  for (let step = 0; step < 2_000 && done < living; step += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    timers.sort((a, b) => a.at - b.at);
    const next = timers.shift();
    if (!next) break;
    now = Math.max(now, next.at);
    next.fire();
  }
  return { requests, most, tokens, lacking: living - done };
}

describe('the lease of a token', () => {
  it('lets one environment ask at a time, and gives every other its token, whoever dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 4 }), async (fates) => {
        const dying = fates.filter(({ dies }) => dies !== 'no').length;
        const { requests, most, tokens, lacking } = await race(fates);
        expect(most).toBeLessThanOrEqual(1);
        expect(requests).toBeLessThanOrEqual(dying + 1);
        expect(tokens.size).toBeLessThanOrEqual(1);
        // Each that dies holds the lease for its length; the others wait for two of them.
        if (dying < 2) expect(lacking).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('is longer than a request by more than clocks differ', () => {
    expect(leaseMs - requestMs).toBeGreaterThanOrEqual(5_000);
  });
});

describe('a sealed token', () => {
  const token = { accessToken: 'a', issuedAt: 1, expiresAt: 2, refreshToken: 'b' };

  it('is opened with the same credentials alone', () => {
    const sealed = seal.seal(token);
    expect(tokenSeal('secret', 'about').open(sealed)).toEqual(token);
    expect(tokenSeal('secret', 'other').open(sealed)).toBeUndefined();
    expect(tokenSeal('other', 'about').open(sealed)).toBeUndefined();
    expect(tokenSeal('other', 'about').name).not.toBe(seal.name);
  });

  it('that was changed is none', () => {
    const bytes = Buffer.from(seal.seal(token), 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ change;
        expect(seal.open(changed.toString('base64'))).toBeUndefined();
      }),
    );
    expect(seal.open('')).toBeUndefined();
  });
});
