import { checkJson, checkKeys, isPlainObject, isWellFormed } from '../core/check-json';
import { NonRetryableError } from '../core/errors';
import { itemBytes } from '../core/item-size';
import type { JsonObject } from '../core/json';
import { limits } from '../core/limits';
import { cleanHead, type Redact } from '../core/plain-json';
import { kindOf } from '../core/read-safely';
import type { Totals } from '../core/run';

/** What `crunch` returned, checked. */
export interface CheckedResult {
  readonly record: JsonObject;
  readonly totals: Totals;
}

/** Bytes of the record's item beside the record: keys, page, index, expiry and their names, generously. */
const itemOverheadBytes = 2_048;

/**
 * Checks what `crunch` returned, before anything of it is saved.
 * @throws NonRetryableError naming what is wrong: the record is not plain JSON, too large or too deep; a total is not
 *   an integer, its name too long, or there are too many
 */
export function checkCrunched(result: unknown, redact: Redact): CheckedResult {
  if (!isPlainObject(result)) {
    throw new NonRetryableError(`crunch: expected { record, totals? }, got ${kindOf(result)}`);
  }
  checkKeys(result, 'crunch', ['record', 'totals'], redact);
  return {
    record: checkRecord(result['record'], redact),
    totals: checkTotals(result['totals'], redact),
  };
}

/**
 * Checks what `unchanged()` was given.
 * @returns the totals
 * @throws NonRetryableError naming what is wrong, as `checkCrunched` does
 */
export function checkUnchanged(result: Readonly<Record<string, unknown>>, redact: Redact): Totals {
  checkKeys(result, 'unchanged', ['totals'], redact);
  return checkTotals(result['totals'], redact);
}

function checkRecord(record: unknown, redact: Redact): JsonObject {
  if (!isPlainObject(record)) {
    throw new NonRetryableError(`record: expected an object, got ${kindOf(record)}`);
  }
  const copy = checkJson(record, 'record', redact) as JsonObject;
  const bytes = itemBytes(copy) + itemOverheadBytes;
  if (bytes > limits.itemBytes) {
    throw new NonRetryableError(
      `record: expected at most ${limits.itemBytes} bytes with its keys, got ${bytes}`,
    );
  }
  return copy;
}

function checkTotals(totals: unknown, redact: Redact): Totals {
  if (totals === undefined) return {};
  if (!isPlainObject(totals)) {
    throw new NonRetryableError(`totals: expected an object, got ${kindOf(totals)}`);
  }
  const entries = Object.entries(totals);
  if (entries.length > limits.totalNames) {
    throw new NonRetryableError(
      `totals: expected at most ${limits.totalNames} names, got ${entries.length}`,
    );
  }
  for (const [name] of entries) {
    if (!isWellFormed(name)) {
      throw new NonRetryableError(
        `totals: expected names of whole Unicode characters, got ${cleanHead(JSON.stringify(name), 100, redact)}`,
      );
    }
    if (name.length === 0 || name.length > limits.totalNameLength) {
      throw new NonRetryableError(
        `totals: expected names of 1 to ${limits.totalNameLength} characters, got ${cleanHead(name, 100, redact)}`,
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
