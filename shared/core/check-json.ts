import { NonRetryableError } from './errors';
import { utf8Bytes } from './item-size';
import type { JsonValue } from './json';
import { limits } from './limits';
import { cleanHead, type Redact } from './plain-json';
import { kindOf } from './read-safely';

/** DynamoDB nests lists and maps 32 levels deep; the value itself is the first. */
const deepestNesting = 31;

interface Copying {
  readonly redact: Redact;
  /** How many more values may be copied: each takes a byte of an item at least, so a copy ends even of a list that holds itself. */
  left: number;
}

/**
 * Copies a value that must be plain JSON that DynamoDB can hold: each part is read once, so what was checked is what is stored.
 * Leaves out what is undefined in an object; in a list it is null. A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.
 * @param path how the value is named in the error
 * @throws NonRetryableError naming the first part that is not; what it quotes is redacted before it is shortened
 */
export const checkJson = (value: unknown, path: string, redact: Redact): JsonValue =>
  copyOf(value, path, 1, { redact, left: limits.itemBytes });

/**
 * Checks a value as `checkJson` does, and its size.
 * @param path how the value is named in the error
 * @param mostBytes bytes of JSON that it may have
 * @throws NonRetryableError naming the first part that is wrong
 */
export function checkJsonOfAtMost(
  mostBytes: number,
  value: unknown,
  path: string,
  redact: Redact,
): JsonValue {
  const copy = checkJson(value, path, redact);
  const fault = sizeFault(copy, mostBytes);
  if (fault !== undefined) throw new NonRetryableError(`${path}: ${fault}`);
  return copy;
}

/** Says that a value has more bytes of JSON than it may; `undefined` when it has not. */
export function sizeFault(value: unknown, mostBytes: number): string | undefined {
  const bytes = utf8Bytes(JSON.stringify(value));
  if (bytes <= mostBytes) return undefined;
  return `expected at most ${mostBytes} bytes of JSON, got ${bytes}`;
}

function copyOf(value: unknown, path: string, depth: number, copying: Copying): JsonValue {
  const refuse = (expected: string): never => {
    throw new NonRetryableError(`${cleanHead(path, 200, copying.redact)}: expected ${expected}`);
  };
  copying.left -= 1;
  if (copying.left < 0) return refuse(`at most ${limits.itemBytes} bytes`);
  if (depth > deepestNesting) return refuse(`at most ${deepestNesting} levels of nesting`);
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.replace(loneSurrogates, '\ufffd');
  if (typeof value === 'number') {
    if (isStorable(value)) return value;
    return refuse(`a number that DynamoDB can hold, got ${value}`);
  }
  if (Array.isArray(value)) {
    const list: JsonValue[] = [];
    for (let at = 0; at < value.length; at += 1) {
      list.push(copyOf(value[at], `${path}[${at}]`, depth + 1, copying));
    }
    return list;
  }
  if (!isPlainObject(value)) return refuse(`plain JSON, got ${kindOf(value)}`);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]) => {
      const fault = keyFault(key, copying.redact);
      if (fault !== undefined) refuse(fault);
      return [key, copyOf(item, `${path}.${key}`, depth + 1, copying)];
    }),
  );
}

/** What is expected of a key that DynamoDB cannot hold as the name of an attribute; `undefined` when it can. */
function keyFault(key: string, redact: Redact): string | undefined {
  if (!isWellFormed(key)) {
    return `keys of well-formed Unicode, got ${cleanHead(JSON.stringify(key), 100, redact)}`;
  }
  const bytes = utf8Bytes(key);
  if (bytes <= limits.attributeNameBytes) return undefined;
  const got = `${bytes}: ${cleanHead(key, 50, redact)}`;
  return `names of at most ${limits.attributeNameBytes} bytes, got ${got}`;
}

/** DynamoDB's numbers reach from 1e-130 to below 1e126 and hold 38 digits; a double has 17 at most. */
const isStorable = (value: number): boolean =>
  Number.isFinite(value) &&
  (value === 0 || (Math.abs(value) >= 1e-130 && Math.abs(value) < 9.99e125));

const loneSurrogates = /\p{Surrogate}/gu;

/**
 * Whether a text has no lone surrogate. Two texts that differ in one only are the same in UTF-8, so as keys they would
 * overwrite each other.
 */
export const isWellFormed = (text: string): boolean => text.search(loneSurrogates) < 0;

/**
 * Refuses the keys of an object that it may not have.
 * @throws NonRetryableError naming them, and those that are expected
 */
export function checkKeys(
  value: object,
  what: string,
  expected: readonly string[],
  redact: Redact,
): void {
  const unknown = Object.keys(value).filter((key) => !expected.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.map((key) => cleanHead(key, 100, redact)).join(', ');
  throw new NonRetryableError(
    `${what}: unknown ${unknown.length === 1 ? 'key' : 'keys'} ${names}; expected ${expected.join(', ')}`,
  );
}

/** Whether a value is an object as a literal makes it, of whichever realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
