import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { orUndefined } from '../core/read-safely';

/** An access token, and what gets the next one. */
export interface Token {
  readonly accessToken: string;
  /** Epoch milliseconds; `undefined` where the server does not say. */
  readonly expiresAt: number | undefined;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** The latest refresh token, which may replace the one before; `undefined` for client credentials. */
  readonly refreshToken: string | undefined;
}

/** Encrypts tokens of one set of credentials: who may read the table and not the secrets can read no token. */
export interface TokenSeal {
  /** Names the item; other credentials have another one. */
  readonly name: string;
  readonly seal: (token: Token) => string;
  /** @returns `undefined` for what was not sealed with these credentials */
  readonly open: (sealed: string) => Token | undefined;
}

const ivBytes = 12;
const tagBytes = 16;

/**
 * Derives name and key (HKDF-SHA-256) from credentials, and encrypts with AES-256-GCM.
 * @param secret what only the pipeline knows
 * @param about what else makes a token another one: the server, the client, the scope
 */
export function tokenSeal(secret: string, about: string): TokenSeal {
  const derive = (what: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, about, `pollard token ${what}`, bytes));
  const name = derive('name', 16).toString('base64url');
  const key = derive('key', 32);
  return {
    name,
    seal: (token) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const text = Buffer.concat([cipher.update(JSON.stringify(token), 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
    },
    open: (sealed) =>
      orUndefined(() => {
        const bytes = Buffer.from(sealed, 'base64');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        const text = decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8');
        return JSON.parse(text + decipher.final('utf8')) as Token;
      }),
  };
}
