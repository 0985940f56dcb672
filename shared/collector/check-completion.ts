import { NonRetryableError } from '../core/errors';
import type { JsonValue } from '../core/json';
import { limits } from '../core/limits';
import { checkJsonOfAtMost, checkKeys, isPlainObject } from '../core/check-json';
import type { Redact } from '../core/plain-json';
import { kindOf } from '../core/read-safely';

/**
 * Checks what `onComplete` returned.
 * @returns the state to hand on, or `undefined` for none
 * @throws NonRetryableError naming what is wrong: calling `onComplete` again cannot help
 */
export function checkCompletion(returned: unknown, redact: Redact): JsonValue | undefined {
  if (returned === undefined || returned === null) return undefined;
  if (!isPlainObject(returned)) {
    throw new NonRetryableError(`onComplete: expected { state? }, got ${kindOf(returned)}`);
  }
  checkKeys(returned, 'onComplete', ['state'], redact);
  if (returned['state'] === undefined) return undefined;
  return checkJsonOfAtMost(limits.stateBytes, returned['state'], 'onComplete: state', redact);
}
