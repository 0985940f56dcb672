import type { Redact } from './plain-json';
import { secretPattern, shortestSecret, textsOf } from './secret-patterns';

/** The values of a secret that are known at the same time: after a rotation, errors still speak of those before. */
const keptValues = 3;

/** A secret that a value carries, and where. */
export interface CarriedSecret {
  readonly path: string;
  readonly name: string;
}

/** The secrets of a pipeline, as far as they must not be shown. It knows those that were read so far. */
export interface SecretRedaction {
  /** Replaces what is known of the secrets in a text by `[secret NAME]`. */
  readonly redact: Redact;
  /** Copies a value of plain data, all its texts and keys redacted. */
  readonly redactAll: <T>(value: T) => T;
  /**
   * Finds the first text or key in plain JSON that holds the whole value of a secret. Of a secret that is JSON with
   * several texts, one of them is not its whole value: it may be a user name or a host, which records may well hold.
   */
  readonly findIn: (value: unknown, path: string) => CarriedSecret | undefined;
  /** Takes the value of a secret to those that are known. */
  readonly learn: (name: string, value: string) => void;
}

/** Makes a redaction that knows of no secret yet. Values of less than 8 characters are never looked for. */
export function secretRedaction(): SecretRedaction {
  const values = new Map<string, readonly string[]>();
  let finders: Finders | undefined;
  const known = (): Finders => (finders ??= findersOf(values));
  const redact: Redact = (text) => {
    const { all } = known();
    return all ? replaceIn(text, all) : text;
  };
  return {
    redact,
    redactAll: (value) => (known().all ? mapTexts(value, redact) : value),
    findIn: (value, path) => {
      const { whole } = known();
      return whole && findIn(value, path, whole);
    },
    learn: (name, value) => {
      const before = values.get(name) ?? [];
      if (before.includes(value)) return;
      values.set(name, [value, ...before].slice(0, keptValues));
      finders = undefined;
    },
  };
}

/** The patterns that find all texts of the secrets, and their whole values alone. */
interface Finders {
  readonly all?: Finder | undefined;
  readonly whole?: Finder | undefined;
}

function findersOf(values: ReadonlyMap<string, readonly string[]>): Finders {
  const secrets = [...values].flatMap(([name, each]) => each.map((one) => [name, one] as const));
  return {
    all: finderOf(secrets.flatMap(([name, one]) => named(name, [one, ...textsOf(one)]))),
    whole: finderOf(secrets.flatMap(([name, one]) => named(name, wholeTexts(one)))),
  };
}

type NamedText = readonly [name: string, text: string];

const named = (name: string, texts: readonly string[]): NamedText[] =>
  texts.map((text) => [name, text]);

/** A secret that is JSON with one text, as Secrets Manager's console makes it, is that text. */
function wholeTexts(value: string): readonly string[] {
  const texts = textsOf(value);
  return texts.length === 1 ? [value, ...texts] : [value];
}

/** One expression for all texts, with a group for each. */
interface Finder {
  readonly expression: RegExp;
  /** The name of each group's secret. */
  readonly names: readonly string[];
}

/** The longest first: one that holds another is found whole. */
function finderOf(texts: readonly NamedText[]): Finder | undefined {
  const found = texts
    .map(([name, text]) => [name, text.trim()] as const)
    .filter(([, text]) => text.length >= shortestSecret)
    .sort(([, a], [, b]) => b.length - a.length);
  if (found.length === 0) return undefined;
  const source = found.map(([, text]) => `(${secretPattern(text)})`).join('|');
  return { expression: new RegExp(source, 'g'), names: found.map(([name]) => name) };
}

const nameOf = ({ names }: Finder, groups: readonly unknown[]): string =>
  names.find((_, at) => groups[at] !== undefined) ?? '';

const replaceIn = (text: string, finder: Finder): string =>
  text.replace(
    finder.expression,
    (_match, ...groups: readonly unknown[]) => `[secret ${nameOf(finder, groups)}]`,
  );

/** @returns the name of the first secret in a text */
function nameIn(text: string, finder: Finder): string | undefined {
  finder.expression.lastIndex = 0;
  const match = finder.expression.exec(text);
  return match ? nameOf(finder, match.slice(1)) : undefined;
}

function findIn(value: unknown, path: string, finder: Finder): CarriedSecret | undefined {
  if (typeof value === 'string') {
    const name = nameIn(value, finder);
    return name === undefined ? undefined : { path, name };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) {
    const name = isList ? undefined : nameIn(key, finder);
    if (name !== undefined) return { path: `${path}: a key`, name };
    const found = findIn(item, isList ? `${path}[${key}]` : `${path}.${key}`, finder);
    if (found) return found;
  }
  return undefined;
}

/** Copies plain data with all texts and keys mapped; bigints and the like stay. */
function mapTexts<T>(value: T, map: Redact): T;
function mapTexts(value: unknown, map: Redact): unknown {
  if (typeof value === 'string') return map(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => mapTexts(each, map));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [map(key), mapTexts(each, map)]),
  );
}
