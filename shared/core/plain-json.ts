import type { JsonValue } from './json';
import { head, isObject, orUndefined, readSafely } from './read-safely';

/** Replaces what must not be shown in a text. */
export type Redact = (text: string) => string;

/** For texts that hold no secret: AWS's answers, our own errors, and what is redacted where it is written. */
export const noRedaction: Redact = (text) => text;

/** Most values, characters of texts, and levels that are copied: a log line of Lambda holds 256 KB. */
export const mostValues = 2_000;
const mostCharacters = 100_000;
const deepest = 32;

/** The text in place of the values beyond these. */
const cut = '[cut]';

interface Copying {
  readonly redact: Redact;
  /** The objects that hold the one that is copied. */
  readonly above: Set<object>;
  /** How many more values and characters are copied. */
  values: number;
  characters: number;
}

/**
 * Copies anything into plain JSON, its texts and keys redacted: what JSON lacks (bigints, symbols, functions, errors)
 * becomes text or an object; cycles, getters that throw, and what is beyond `values` become a note. Never throws.
 */
export function plainJson(
  value: unknown,
  redact: Redact = noRedaction,
  values = mostValues,
): JsonValue {
  const copying: Copying = { redact, above: new Set(), values, characters: mostCharacters };
  return copy(value, copying);
}

function copy(value: unknown, copying: Copying): JsonValue {
  copying.values -= 1;
  if (copying.values < 0 || copying.characters < 0) return cut;
  switch (typeof value) {
    case 'string':
      return copyText(value, copying);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
    case 'symbol':
      return copyText(String(value), copying);
    default:
      return isObject(value) ? copyObject(value, copying) : null;
  }
}

function copyText(text: string, copying: Copying): string {
  const clean = cleanHead(text, mostCharacters, copying.redact);
  copying.characters -= clean.length;
  return clean;
}

/**
 * The head of a text, redacted before it is cut: no part of a secret is left at its end. Of a longer text that the redaction
 * makes shorter than `length`, less is kept.
 */
export function cleanHead(text: string, length: number, redact: Redact): string {
  const start = head(text, length + marginCharacters);
  const clean = redact(start);
  // A secret that ends beyond the margin is not recognized: what it may have begun in is left out.
  return head(start === text ? clean : clean.slice(0, -marginCharacters), length);
}

/** More than the longest secret of Secrets Manager has (64 KB), so that one that the cut divides is cut away whole. */
const marginCharacters = 100_000;

function copyObject(value: object, copying: Copying): JsonValue {
  const { above } = copying;
  if (above.has(value)) return '[circular]';
  if (above.size >= deepest) return cut;
  if (typeof value === 'function') return copyText(`[function ${nameOf(value)}]`, copying);
  above.add(value);
  try {
    const toJson = readSafely(value, 'toJSON');
    if (typeof toJson === 'function') return copy(Reflect.apply(toJson, value, ['']), copying);
    if (Array.isArray(value)) return value.map((each: unknown) => copy(each, copying));
    return copyEntries(value, copying);
  } catch {
    return '[unreadable]';
  } finally {
    above.delete(value);
  }
}

function copyEntries(value: object, copying: Copying): JsonValue {
  const hidden = isError(value) ? errorKeys.filter((key) => key in value) : [];
  const entries: [string, JsonValue][] = [];
  for (const key of new Set([...hidden, ...Object.keys(value)])) {
    if (copying.values < 0) break;
    const read = orUndefined(() => ({ value: Reflect.get(value, key) as unknown }));
    entries.push([copyText(key, copying), read ? copy(read.value, copying) : '[unreadable]']);
  }
  return Object.fromEntries(entries);
}

/** The properties of an error that are not enumerable. */
const errorKeys: readonly string[] = ['name', 'message', 'stack', 'cause', 'errors'];

/** Whether a value is an error of this realm; one of another realm is recognized by its name and message. */
export const isError = (value: unknown): boolean =>
  isObject(value) &&
  (orUndefined(() => value instanceof Error) === true ||
    (typeof readSafely(value, 'name') === 'string' &&
      readSafely(value, 'message') !== undefined &&
      typeof value !== 'function'));

function nameOf(value: object): string {
  const name = readSafely(value, 'name');
  return typeof name === 'string' ? name : '';
}
