import { checkJson, checkKeys, isPlainObject, isWellFormed } from '../core/check-json';
import { isNonRetryable } from '../core/errors';
import { utf8Bytes } from '../core/item-size';
import type { JsonValue } from '../core/json';
import { limits } from '../core/limits';
import type { PageData, RejectedId } from '../core/ports/page-store';
import { cleanHead, type Redact } from '../core/plain-json';
import { kindOf } from '../core/read-safely';

/** The objects of a page, checked. */
export interface CheckedObjects {
  /** Each id once. */
  readonly objects: readonly string[];
  readonly data: PageData;
  readonly rejected: readonly RejectedId[];
}

/** Checks the objects of a page, each an id or `{ id, data? }`: one that cannot be collected is rejected alone. */
export function checkObjects(listed: readonly unknown[], redact: Redact): CheckedObjects {
  const data = new Map<string, JsonValue>();
  const objects = new Set<string>();
  const rejected: RejectedId[] = [];
  listed.forEach((each, at) => {
    const checked = checkObject(each, `objects[${at}]`, redact);
    if (checked.kind === 'rejected') {
      rejected.push({ shown: checked.shown, error: `listPage: ${checked.fault}` });
    } else if (!objects.has(checked.id)) {
      objects.add(checked.id);
      if (checked.data !== undefined) data.set(checked.id, checked.data);
    }
  });
  return { objects: [...objects], data, rejected };
}

type CheckedObject =
  | { readonly kind: 'object'; readonly id: string; readonly data?: JsonValue | undefined }
  | { readonly kind: 'rejected'; readonly shown: string; readonly fault: string };

function checkObject(listed: unknown, path: string, redact: Redact): CheckedObject {
  const isObject = isPlainObject(listed);
  const id = isObject ? listed['id'] : listed;
  const fault = idFault(id);
  if (fault !== undefined) {
    return {
      kind: 'rejected',
      shown: shownOf(id, redact),
      fault: `${path}${isObject ? '.id' : ''}: ${fault}`,
    };
  }
  const known = id as string;
  if (!isObject) return { kind: 'object', id: known };
  try {
    checkKeys(listed, path, ['id', 'data'], redact);
    const { data } = listed;
    return data === undefined
      ? { kind: 'object', id: known }
      : { kind: 'object', id: known, data: checkJson(data, `${path}.data`, redact) };
  } catch (error) {
    if (!isNonRetryable(error)) throw error;
    return { kind: 'rejected', shown: shownOf(id, redact), fault: error.message };
  }
}

function idFault(id: unknown): string | undefined {
  if (typeof id === 'number')
    return `expected an id of text, got the number ${id}: return String(id)`;
  if (typeof id !== 'string') return `expected an id of text, got ${kindOf(id)}`;
  if (id === '') return 'expected an id of at least 1 byte, got an empty one';
  if (!isWellFormed(id)) return 'expected an id of well-formed Unicode, got a lone surrogate';
  const bytes = utf8Bytes(id);
  if (bytes <= limits.objectIdBytes) return undefined;
  return `expected an id of at most ${limits.objectIdBytes} bytes, got ${bytes}`;
}

/** What a person sees of an id that cannot be collected: at most 100 characters of JSON. */
export const shownOf = (id: unknown, redact: Redact): string =>
  cleanHead(isShownAsJson(id) ? JSON.stringify(id) : kindOf(id), 100, redact);

const isShownAsJson = (id: unknown): boolean => typeof id === 'string' || typeof id === 'number';
