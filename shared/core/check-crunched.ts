import { NonRetryableError } from './errors';
import { itemBytes, utf8Bytes } from './item-size';
import type { JsonObject } from './json';
import { limits } from './limits';
import { kindOf } from './read-safely';
import type { Totals } from './run';

/** What `crunch` returned, checked. */
export interface CheckedResult {
  readonly record: JsonObject;
  readonly totals: Totals;
}

/** Bytes of the record's item beside the record: keys, page, index, expiry and their names, generously. */
const itemOverheadBytes = 2_048;

/** DynamoDB nests lists and maps 32 levels deep; the record itself is the first. */
const deepestNesting = 31;

/**
 * Checks what `crunch` returned, before anything of it is saved.
 * @throws NonRetryableError naming what is wrong: the record is not plain JSON, too large or too deep; a total is not
 *   an integer, its name too long, or there are too many
 */
export function checkCrunched(result: unknown): CheckedResult {
  if (!isPlainObject(result)) {
    throw new NonRetryableError(`crunch: expected { record, totals? }, got ${kindOf(result)}`);
  }
  checkKeys('crunch', result, ['record', 'totals']);
  return { record: checkRecord(result['record']), totals: checkTotals(result['totals']) };
}

/**
 * Checks what `unchanged()` was given.
 * @returns the totals
 * @throws NonRetryableError naming what is wrong, as `checkCrunched` does
 */
export function checkUnchanged(result: Readonly<Record<string, unknown>>): Totals {
  checkKeys('unchanged', result, ['totals']);
  return checkTotals(result['totals']);
}

function checkKeys(what: string, object: object, known: readonly string[]): void {
  const unknown = Object.keys(object).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  throw new NonRetryableError(
    `${what}: unknown ${unknown.join(', ').slice(0, 100)}; expected ${known.join(', ')}`,
  );
}

function checkRecord(record: unknown): JsonObject {
  if (!isPlainObject(record)) {
    throw new NonRetryableError(`record: expected an object, got ${kindOf(record)}`);
  }
  checkJson(record, 'record', 1);
  const bytes = itemBytes(record as JsonObject) + itemOverheadBytes;
  if (bytes > limits.itemBytes) {
    throw new NonRetryableError(
      `record: expected at most ${String(limits.itemBytes)} bytes with its keys, got ${String(bytes)}`,
    );
  }
  return record as JsonObject;
}

function checkJson(value: unknown, path: string, depth: number): void {
  if (depth > deepestNesting) {
    throw new NonRetryableError(
      `${path.slice(0, 100)}: expected at most ${String(deepestNesting)} levels of nesting`,
    );
  }
  if (value === null || value === undefined) return;
  if (typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (isStorable(value)) return;
    throw new NonRetryableError(
      `${path}: expected a number that DynamoDB can hold, got ${String(value)}`,
    );
  }
  if (Array.isArray(value)) {
    value.forEach((item, at) => {
      checkJson(item ?? null, `${path}[${String(at)}]`, depth + 1);
    });
    return;
  }
  if (!isPlainObject(value)) {
    throw new NonRetryableError(`${path}: expected plain JSON, got ${kindOf(value)}`);
  }
  for (const [key, item] of Object.entries(value)) {
    const bytes = utf8Bytes(key);
    if (bytes > limits.attributeNameBytes) {
      throw new NonRetryableError(
        `${path.slice(0, 100)}: expected names of at most ${String(limits.attributeNameBytes)} bytes, got ${String(bytes)}: ${key.slice(0, 50)}`,
      );
    }
    checkJson(item, `${path}.${key}`, depth + 1);
  }
}

/** DynamoDB's numbers reach from 1e-130 to below 1e126 and hold 38 digits; a double has 17 at most. */
const isStorable = (value: number): boolean =>
  Number.isFinite(value) &&
  (value === 0 || (Math.abs(value) >= 1e-130 && Math.abs(value) < 9.99e125));

/** Two names that differ in one would be the same name in UTF-8. */
const loneSurrogate = /\p{Surrogate}/u;

function checkTotals(totals: unknown): Totals {
  if (totals === undefined) return {};
  if (!isPlainObject(totals)) {
    throw new NonRetryableError(`totals: expected an object, got ${kindOf(totals)}`);
  }
  const entries = Object.entries(totals);
  if (entries.length > limits.totalNames) {
    throw new NonRetryableError(
      `totals: expected at most ${String(limits.totalNames)} names, got ${String(entries.length)}`,
    );
  }
  for (const [name] of entries) {
    if (loneSurrogate.test(name)) {
      throw new NonRetryableError(
        `totals: expected names of whole Unicode characters, got ${JSON.stringify(name).slice(0, 100)}`,
      );
    }
    if (name.length === 0 || name.length > limits.totalNameLength) {
      throw new NonRetryableError(
        `totals: expected names of 1 to ${String(limits.totalNameLength)} characters, got ${name.slice(0, 100)}`,
      );
    }
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, integerOf(name, value)]));
}

const mostInteger = 10n ** BigInt(limits.totalDigits) - 1n;

function integerOf(name: string, value: unknown): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'bigint' && value >= -mostInteger && value <= mostInteger) return value;
  const digits = String(limits.totalDigits);
  const got = typeof value === 'number' ? String(value) : kindOf(value);
  throw new NonRetryableError(
    `totals.${name}: expected a safe integer, or a bigint of at most ${digits} digits, got ${got}`,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
