import type { ReadHeader } from './headers';
import { timeOfAnswer, waitTimeMs } from './wait-time';

/** A limit that a source tells in the headers of an answer; each part is `undefined` where it does not tell it. */
export interface ToldLimit {
  /** Requests that are left until `resetMs` is over. */
  readonly remaining?: number | undefined;
  /** Milliseconds from now until requests are available again. */
  readonly resetMs?: number | undefined;
  /** Requests in a window. */
  readonly limit?: number | undefined;
  /** Length of a window in milliseconds. */
  readonly windowMs?: number | undefined;
}

/**
 * Reads the limits that a source tells, one for each of its policies: `RateLimit` and `RateLimit-Policy` of the IETF draft
 * (draft-ietf-httpapi-ratelimit-headers-10, and the forms of its drafts 7 and 6), or `X-RateLimit-Limit`, `-Remaining` and
 * `-Reset` with their usual spellings and units.
 * @param now epoch milliseconds
 */
export function toldLimits(header: ReadHeader, now: number): readonly ToldLimit[] {
  const time = timeOfAnswer(header, now);
  const ofDraft = draftLimits(header, time);
  return ofDraft.length > 0 ? ofDraft : separateLimits(header, time);
}

/** `RateLimit: "burst";r=0;t=5, "daily";r=100` and `RateLimit-Policy: "burst";q=10;w=60`, joined by the policy's name. */
function draftLimits(header: ReadHeader, time: number): readonly ToldLimit[] {
  const policies = itemsOf(header('ratelimit-policy'));
  const services = itemsOf(header('ratelimit'));
  const ofDraft7 = services.find(({ parameters }) => parameters.has('remaining'));
  if (ofDraft7) return [limitOf(itemsJoined(services), time)];
  const names = new Set([...services, ...policies].map(({ name }) => name));
  return [...names]
    .map((name) => itemsJoined([...policies, ...services].filter((item) => item.name === name)))
    .filter((parameters) => parameters.has('r') || parameters.has('q'))
    .map((parameters) => limitOf(parameters, time));
}

function limitOf(parameters: Parameters, time: number): ToldLimit {
  const isOfRequests = (parameters.get('qu') ?? 'requests') === 'requests';
  const windowSeconds = countOf(parameters.get('w'));
  return {
    remaining: countOf(parameters.get('r') ?? parameters.get('remaining')),
    resetMs: waitTimeMs(parameters.get('t') ?? parameters.get('reset') ?? '', time),
    limit: isOfRequests ? countOf(parameters.get('q') ?? parameters.get('limit')) : undefined,
    windowMs: windowSeconds === undefined ? undefined : windowSeconds * 1_000,
  };
}

/** What headers of a limit start with; a source sends those of one kind. */
const prefixes = ['x-ratelimit', 'x-rate-limit', 'ratelimit'];

/** Between the parts of the names there may be what is limited, as in `x-ratelimit-remaining-requests`. */
const suffixes = ['', '-requests'];

/** `X-RateLimit-Limit`, `-Remaining` and `-Reset`, with the window that the limit may name: `100, 100;w=60`. */
function separateLimits(header: ReadHeader, time: number): readonly ToldLimit[] {
  const named = prefixes.flatMap((prefix) => suffixes.map((suffix) => ({ prefix, suffix })));
  return named.flatMap(({ prefix, suffix }) => {
    const part = (name: string) => header(`${prefix}-${name}${suffix}`);
    const policies = itemsOf(part('limit'));
    const reset = part('reset-after') ?? part('reset');
    const windowSeconds = countOf(itemsJoined(policies).get('w'));
    const told: ToldLimit = {
      remaining: countOf(part('remaining')),
      resetMs: reset === undefined ? undefined : waitTimeMs(reset, time),
      limit: countOf(policies[0]?.name),
      windowMs: windowSeconds === undefined ? undefined : windowSeconds * 1_000,
    };
    return Object.values(told).some((value) => value !== undefined) ? [told] : [];
  });
}

type Parameters = ReadonlyMap<string, string>;

/** An item of a list of structured fields (RFC 9651): `"burst";r=0;t=5`, or `remaining=5`, a member of a dictionary. */
interface Item {
  readonly name: string;
  readonly parameters: Parameters;
}

const itemsJoined = (items: readonly Item[]): Parameters =>
  new Map(items.flatMap(({ parameters }) => [...parameters]));

/** Reads a list or a dictionary; what it cannot read it leaves out. */
function itemsOf(text: string | undefined): readonly Item[] {
  if (text === undefined) return [];
  return splitOutsideQuotes(text, ',').map((item) => {
    const [name = '', ...pairs] = splitOutsideQuotes(item, ';');
    const isMember = /^[a-z*][\w.*-]*=/i.test(name);
    return {
      name: isMember ? '' : unquoted(name),
      parameters: new Map((isMember ? [name, ...pairs] : pairs).map(pairOf)),
    };
  });
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  const [key, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  return [key.trim().toLowerCase(), unquoted(value)];
}

const partsBetween = {
  ',': /(?:"(?:\\.|[^"\\])*"?|[^,"])+/g,
  ';': /(?:"(?:\\.|[^"\\])*"?|[^;"])+/g,
} as const;

const splitOutsideQuotes = (text: string, separator: keyof typeof partsBetween): string[] =>
  (text.match(partsBetween[separator]) ?? []).map((part) => part.trim());

const unquoted = (text: string): string =>
  text
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/\\(.)/g, '$1');

/** Reads a whole number from 0 on; `undefined` for anything else. */
const countOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}(?:\.0+)?$/.test(text) ? Number(text) : undefined;
