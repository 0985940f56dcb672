import { cleanHead, isError, plainJson, type Redact } from './plain-json';
import type { MapPositions } from './stack-frames';
import { head, isObject, kindOf, readSafely } from './read-safely';

/**
 * Most characters of a description: a failure item of an id of 255 bytes then takes one write unit (1 KB) as a rule, and
 * a page of 1,000 failures stays below 1 MB.
 */
const longest = 1_000;

/** Most errors of a chain that are described. */
const mostLinks = 8;

/**
 * Describes what was thrown in at most 1,000 characters, for a failure or a log line: name, message and `code`, then what
 * caused it (`cause`, the `errors` of an AggregateError). When that is too long, each error of the chain keeps its head.
 * Never throws, whatever it is given.
 */
export function describeError(error: unknown, redact: Redact): string {
  const links = linksOf(error).map(({ joint, value }) => ({
    joint,
    text: cleanHead(describeLink(value, redact), longest, redact),
  }));
  const room = longest - links.reduce((sum, { joint }) => sum + joint.length, 0);
  const shares = share(
    links.map(({ text }) => text.length),
    room,
  );
  return links.map(({ joint, text }, at) => joint + head(text, shares[at] ?? 0)).join('');
}

/** Describes a value that a function of the collector returned, for "got …": at most 100 characters. Never throws. */
export const describeValue = (value: unknown, redact: Redact): string =>
  cleanHead(describeLink(value, redact), 100, redact);

interface Link {
  readonly joint: '' | '; caused by ' | '; and ';
  readonly value: unknown;
}

/** The error and all that caused it, the outermost first; each once. */
function linksOf(error: unknown): readonly Link[] {
  const links: Link[] = [];
  const seen = new Set();
  const visit = (value: unknown, joint: Link['joint']): void => {
    if (links.length >= mostLinks || seen.has(value)) return;
    seen.add(value);
    links.push({ joint, value });
    if (!isError(value)) return;
    const causes = [...listOf(readSafely(value, 'errors')), readSafely(value, 'cause')];
    causes
      .filter((cause) => cause !== undefined && cause !== null)
      .forEach((cause, at) => {
        visit(cause, at === 0 ? '; caused by ' : '; and ');
      });
  };
  visit(error, '');
  return links;
}

/** The first elements of a list that may be a proxy. */
function listOf(value: unknown): readonly unknown[] {
  const length = readSafely(value, 'length');
  if (typeof length !== 'number' || !(length > 0)) return [];
  return Array.from({ length: Math.min(length, mostLinks) }, (_, at) => readSafely(value, at));
}

function describeLink(value: unknown, redact: Redact): string {
  if (typeof value === 'string') return /\S/.test(value) ? value : JSON.stringify(value);
  if (!isObject(value)) return String(value);
  if (isResponse(value)) return describeResponse(value, redact);
  if (isError(value)) return describeOne(value, redact);
  const json = JSON.stringify(plainJson(value, redact));
  const kind = kindOf(value);
  return ['Object', 'object', 'an array', 'function'].includes(kind) ? json : `${kind} ${json}`;
}

function describeOne(error: object, redact: Redact): string {
  const name = textOf(readSafely(error, 'name'), redact) || 'Error';
  const message = textOf(readSafely(error, 'message'), redact);
  const code = textOf(readSafely(error, 'code'), redact);
  // The code of an error of Pollard says what its name says.
  const told = code === '' || message.includes(code) || code.startsWith('POLLARD_');
  return name + (message === '' ? '' : `: ${message}`) + (told ? '' : ` (${code})`);
}

/** A property as text, where it is one that people read. */
function textOf(value: unknown, redact: Redact): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return JSON.stringify(plainJson(value, redact)).replace(/^"(.*)"$/s, '$1');
}

/** Whether a value is what `fetch` answers with. */
const isResponse = (value: object): boolean =>
  typeof readSafely(value, 'status') === 'number' &&
  typeof readSafely(value, 'url') === 'string' &&
  typeof readSafely(readSafely(value, 'headers'), 'get') === 'function';

/** The query, the fragment and the credentials of a URL may be secret. */
function describeResponse(response: object, redact: Redact): string {
  const said = ['Response', readSafely(response, 'status'), readSafely(response, 'statusText')];
  const url = cleanHead(textOf(readSafely(response, 'url'), redact), longest, redact)
    .replace(/[?#].*$/s, '')
    .replace(/\/\/[^/@]*@/, '//');
  return [...said.map((part) => textOf(part, redact)), url === '' ? '' : `from ${url}`]
    .filter((part) => part !== '')
    .join(' ');
}

/** Shares room among texts: what the short ones leave goes to the long ones. */
function share(lengths: readonly number[], room: number): readonly number[] {
  const shares: number[] = [];
  let left = room;
  const shortestFirst = [...lengths.entries()].sort(([, a], [, b]) => a - b);
  shortestFirst.forEach(([at, length], done) => {
    const most = Math.floor(left / (lengths.length - done));
    shares[at] = Math.min(length, most);
    left -= shares[at];
  });
  return shares;
}

/**
 * Copies what was thrown into an error of name, message (its causes described) and stack, all text: what Lambda's runtime
 * reads and writes to its log can neither throw nor show a secret.
 */
export function plainError(
  error: unknown,
  { redact, mapPositions }: { readonly redact: Redact; readonly mapPositions: MapPositions },
): Error {
  const described = describeError(error, redact);
  const name = isError(error)
    ? redact(textOf(readSafely(error, 'name'), redact)) || 'Error'
    : 'Error';
  const message = described.startsWith(`${name}: `) ? described.slice(name.length + 2) : described;
  const stack = readSafely(error, 'stack');
  return Object.assign(new Error(message), {
    name,
    stack: typeof stack === 'string' ? redact(mapPositions(stack)) : described,
  });
}
