import type { TokenItem, TokenStore } from '../core/ports/token-store';
import type { Token, TokenSeal } from './sealed-token';

/** What a token is shared with. */
export interface TokenSharing {
  readonly store: TokenStore;
  readonly seal: TokenSeal;
  /** Asks the server for a token. @param last the one before, where there was one */
  readonly request: (last: Token | undefined) => Promise<Token>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Longest time of a request for a token, in milliseconds: its lease is longer, by more than clocks differ. */
export const requestMs = 20_000;

/** Length of the lease, in milliseconds. */
export const leaseMs = 30_000;

/** A token is replaced when it has this much time left, in milliseconds. */
const marginMs = 60_000;

/** A token younger than this, in milliseconds, is not replaced when it is refused: that is not its fault. */
const youngMs = 30_000;

/** How often another environment's token is looked for, in milliseconds, and how many times. */
const lookMs = 250;
const looks = (2 * leaseMs) / lookMs;

/**
 * Finds the token that all environments of a pipeline share, or gets a new one under a lease, so that one request is made
 * for all. A holder that dies keeps the others waiting until its lease is over.
 * @param refused the access token that the source has refused
 */
export async function sharedToken(sharing: TokenSharing, refused?: string): Promise<Token> {
  const { store, seal, now, sleep } = sharing;
  for (let look = 0; look < looks; look += 1) {
    const item = (await store.readToken(seal.name)) ?? { version: 0 };
    const last = item.sealed === undefined ? undefined : seal.open(item.sealed);
    if (last && isGood(last, now(), refused)) return last;
    const isLeased = item.leaseUntil !== undefined && item.leaseUntil > now();
    const lease = { ...item, version: item.version + 1, leaseUntil: now() + leaseMs };
    if (!isLeased && (await store.writeToken(seal.name, lease))) {
      return renew(sharing, lease, last);
    }
    await sleep(lookMs);
  }
  throw new Error(
    `oauth2: no token after ${(looks * lookMs) / 1_000} s: other functions of the pipeline held the lease and got none`,
  );
}

/** Whether a token may be used. */
export const isGood = (token: Token, now: number, refused: string | undefined): boolean =>
  (token.expiresAt === undefined || token.expiresAt - lifeMargin(token) > now) &&
  (token.accessToken !== refused || now - token.issuedAt < youngMs);

/** A token that lives shorter than a few minutes is used for most of its life. */
const lifeMargin = ({ issuedAt, expiresAt = Infinity }: Token): number =>
  Math.min(marginMs, (expiresAt - issuedAt) / 4);

/** Gets a new token, and ends the lease with it; without one, the lease ends as it was. */
async function renew(
  { store, seal, request }: TokenSharing,
  lease: TokenItem,
  last: Token | undefined,
): Promise<Token> {
  const version = lease.version + 1;
  let token: Token;
  try {
    token = await request(last);
  } catch (error) {
    await store.writeToken(seal.name, { version, sealed: lease.sealed });
    throw error;
  }
  await store.writeToken(seal.name, { version, sealed: seal.seal(token) });
  return token;
}
