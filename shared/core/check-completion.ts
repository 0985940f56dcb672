import { NonRetryableError } from './errors';
import type { JsonValue } from './json';
import { limits } from './limits';
import { checkJson, checkKeys, isPlainObject } from './check-json';
import { kindOf } from './read-safely';

/**
 * Checks what `onComplete` returned.
 * @returns the state to hand on, or `undefined` for none
 * @throws NonRetryableError naming what is wrong: calling `onComplete` again cannot help
 */
export function checkCompletion(returned: unknown): JsonValue | undefined {
  if (returned === undefined || returned === null) return undefined;
  if (!isPlainObject(returned)) {
    throw new NonRetryableError(`onComplete: expected { state? }, got ${kindOf(returned)}`);
  }
  checkKeys(returned, 'onComplete', ['state']);
  const { state } = returned;
  if (state === undefined) return undefined;
  checkJson(state, 'onComplete: state');
  const text = JSON.stringify(state);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= limits.stateBytes) return JSON.parse(text) as JsonValue;
  throw new NonRetryableError(
    `onComplete: state: expected at most ${String(limits.stateBytes)} bytes of JSON, got ${String(bytes)}`,
  );
}
