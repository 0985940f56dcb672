import { createHash } from 'node:crypto';

/**
 * Digests texts, whatever their order, in 22 characters: 128 bits of SHA-256. Each text is hashed with its length, so no two
 * sets are alike.
 */
export function fingerprint(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of [...texts].sort()) hash.update(`${text.length} ${text}`);
  return hash.digest('base64url').slice(0, 22);
}
