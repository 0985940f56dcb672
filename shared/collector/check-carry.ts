import { checkJsonOfAtMost } from '../core/check-json';
import { isNonRetryable } from '../core/errors';
import type { JsonValue } from '../core/json';
import { limits } from '../core/limits';
import type { Redact } from '../core/plain-json';
import { kindOf } from '../core/read-safely';

/** What a page says beyond its objects and its token: both are kept with the page, and reach the pages behind it. */
export interface Carried {
  readonly carry?: JsonValue;
  readonly total?: number;
}

/** What a page carried, or why the listing cannot continue. */
export type CheckedCarry =
  | { readonly values: Carried; readonly fault?: undefined }
  | { readonly values?: undefined; readonly fault: string };

/**
 * Checks the `carry` and the `total` of a page.
 * @param asked how the page was asked for, and the total that a page ahead of it said
 */
export function checkCarried(
  page: { readonly carry: unknown; readonly total: unknown },
  asked: { readonly numbered: boolean; readonly total: number | undefined },
  redact: Redact,
): CheckedCarry {
  const total = page.total ?? asked.total;
  if (total !== undefined && !isCount(total)) {
    return { fault: `total: expected a whole number from 0, got ${shownOf(total)}` };
  }
  const told = total === undefined ? {} : { total };
  if (page.carry === undefined) return { values: told };
  if (asked.numbered) {
    return { fault: 'carry: expected none, for pageCount says how many pages there are' };
  }
  return checkCarry(page.carry, told, redact);
}

function checkCarry(value: unknown, told: Carried, redact: Redact): CheckedCarry {
  try {
    const carry = checkJsonOfAtMost(limits.carryBytes, value, 'carry', redact);
    return { values: { ...told, carry } };
  } catch (error) {
    if (!isNonRetryable(error)) throw error;
    return { fault: error.message };
  }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

const shownOf = (value: unknown): string =>
  typeof value === 'number' ? String(value) : kindOf(value);
