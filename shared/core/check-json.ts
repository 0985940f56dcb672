import { NonRetryableError } from './errors';
import { utf8Bytes } from './item-size';
import { limits } from './limits';
import { kindOf } from './read-safely';

/** DynamoDB nests lists and maps 32 levels deep; the value itself is the first. */
const deepestNesting = 31;

/**
 * Checks that a value is plain JSON that DynamoDB can hold.
 * @param path how the value is named in the error
 * @throws NonRetryableError naming the first part that is not
 */
export function checkJson(value: unknown, path: string, depth = 1): void {
  const fail = (expected: string): never => {
    throw new NonRetryableError(`${path.slice(0, 200)}: expected ${expected}`);
  };
  if (depth > deepestNesting) fail(`at most ${String(deepestNesting)} levels of nesting`);
  if (value === null || value === undefined) return;
  if (typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!isStorable(value)) fail(`a number that DynamoDB can hold, got ${String(value)}`);
    return;
  }
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      checkJson(value[at], `${path}[${String(at)}]`, depth + 1);
    }
    return;
  }
  if (!isPlainObject(value)) fail(`plain JSON, got ${kindOf(value)}`);
  for (const [key, item] of Object.entries(value)) {
    if (!isWellFormed(key)) fail(`keys of well-formed Unicode, got ${JSON.stringify(key)}`);
    const bytes = utf8Bytes(key);
    if (bytes > limits.attributeNameBytes) {
      fail(
        `names of at most ${String(limits.attributeNameBytes)} bytes, got ${String(bytes)}: ${key.slice(0, 50)}`,
      );
    }
    checkJson(item, `${path}.${key}`, depth + 1);
  }
}

/** DynamoDB's numbers reach from 1e-130 to below 1e126 and hold 38 digits; a double has 17 at most. */
const isStorable = (value: number): boolean =>
  Number.isFinite(value) &&
  (value === 0 || (Math.abs(value) >= 1e-130 && Math.abs(value) < 9.99e125));

/**
 * Whether a text has no lone surrogate. Two texts that differ in one only are the same in UTF-8, so as keys they would
 * overwrite each other.
 */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/**
 * Refuses the keys of an object that it may not have.
 * @throws NonRetryableError naming them, and those that are expected
 */
export function checkKeys(value: object, what: string, expected: readonly string[]): void {
  const unknown = Object.keys(value).filter((key) => !expected.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.map((key) => key.slice(0, 100)).join(', ');
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
