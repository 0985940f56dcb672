import { NonRetryableError } from './errors';
import { utf8Bytes } from './item-size';
import type { JsonValue } from './json';
import { limits } from './limits';
import { kindOf } from './read-safely';

/** DynamoDB nests lists and maps 32 levels deep; the value itself is the first. */
const deepestNesting = 31;

/** How many more values may be copied: each takes a byte of an item at least, so a copy ends even of a list that holds itself. */
interface Budget {
  left: number;
}

/**
 * Copies a value that must be plain JSON that DynamoDB can hold: each part is read once, so what was checked is what is stored.
 * Leaves out what is undefined in an object; in a list it is null.
 * @param path how the value is named in the error
 * @throws NonRetryableError naming the first part that is not
 */
export const checkJson = (value: unknown, path: string): JsonValue =>
  copyOf(value, path, 1, { left: limits.itemBytes });

function copyOf(value: unknown, path: string, depth: number, budget: Budget): JsonValue {
  budget.left -= 1;
  if (budget.left < 0) refuse(path, `at most ${String(limits.itemBytes)} bytes`);
  if (depth > deepestNesting) refuse(path, `at most ${String(deepestNesting)} levels of nesting`);
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (isStorable(value)) return value;
    return refuse(path, `a number that DynamoDB can hold, got ${String(value)}`);
  }
  if (Array.isArray(value)) {
    const list: JsonValue[] = [];
    for (let at = 0; at < value.length; at += 1) {
      list.push(copyOf(value[at], `${path}[${String(at)}]`, depth + 1, budget));
    }
    return list;
  }
  if (!isPlainObject(value)) return refuse(path, `plain JSON, got ${kindOf(value)}`);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]) => {
      checkKey(key, path);
      return [key, copyOf(item, `${path}.${key}`, depth + 1, budget)];
    }),
  );
}

function checkKey(key: string, path: string): void {
  if (!isWellFormed(key)) refuse(path, `keys of well-formed Unicode, got ${JSON.stringify(key)}`);
  const bytes = utf8Bytes(key);
  if (bytes <= limits.attributeNameBytes) return;
  const got = `${String(bytes)}: ${key.slice(0, 50)}`;
  refuse(path, `names of at most ${String(limits.attributeNameBytes)} bytes, got ${got}`);
}

function refuse(path: string, expected: string): never {
  throw new NonRetryableError(`${path.slice(0, 200)}: expected ${expected}`);
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
