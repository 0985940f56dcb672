import { createHash } from 'node:crypto';
import type { CallValidators } from '../collector/http';
import { NonRetryableError } from '../core/errors';
import type { Validator } from '../core/validators';

/** The condition of a request: that the answer is another one than the object's last record was made from. */
export interface Condition {
  /** None where no earlier answer is known. */
  readonly headers: Readonly<Record<string, string>>;
  /** Notes the answer's validator, to be kept with the record. */
  readonly note: (headers: Readonly<Record<string, string | undefined>>) => void;
}

/** Longest validator that is kept, in characters. */
const longest = 200;

/**
 * Makes the condition of a request.
 * @throws NonRetryableError where no last record was read, or the request does more than read
 */
export function conditionOf(
  validators: CallValidators | undefined,
  method: string,
  url: URL,
): Condition {
  if (!validators) {
    throw new NonRetryableError(
      'http: conditional: expected a fetcher of a collector with `previous: true`, whose last records have the validators',
    );
  }
  if (method !== 'GET') {
    throw new NonRetryableError(`http: conditional: expected the method GET, got ${method}`);
  }
  // A URL may be long, and hold what must not be saved.
  const key = createHash('sha256').update(url.href).digest('base64url').slice(0, 16);
  const { etag, lastModified }: Validator = validators.last[key] ?? {};
  return {
    headers: {
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
      ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
    },
    note: (headers) => {
      const found = validatorOf(headers);
      if (found) validators.seen.set(key, found);
    },
  };
}

function validatorOf(headers: Readonly<Record<string, string | undefined>>): Validator | undefined {
  const kept = (name: string) => {
    const value = headers[name];
    return value !== undefined && value.length <= longest ? value : undefined;
  };
  const [etag, lastModified] = [kept('etag'), kept('last-modified')];
  if (etag === undefined && lastModified === undefined) return undefined;
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}
