import { orUndefined } from './read-safely';

/** Shortest value that is looked for, in characters: a shorter one would be found in innocent texts. */
export const shortestSecret = 8;

/** Characters of a value that must be found; whatever follows a longer one's, up to its length, counts as the rest of it. */
const longestHead = 1_000;

/** JSON in JSON in JSON puts up to 7 backslashes before a character, and a URL in a URL in a URL encodes a % twice. */
const backslashes = '\\\\{0,7}';
const percent = '%(?:25){0,2}';

const jsonEscapes: Readonly<Record<string, string>> = {
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
};

/** The source of a regular expression that finds a value as it is, escaped in JSON, URL-encoded, or in base64. */
export function secretPattern(value: string): string {
  const bytes = new TextEncoder().encode(value);
  return [
    textPattern(Array.from(value)),
    ...[0, 1, 2].map((before) => base64Pattern(bytes, before)),
  ].join('|');
}

/** The texts of a secret that is JSON; none for another. */
export function textsOf(value: string): readonly string[] {
  const json = orUndefined(() => JSON.parse(value) as unknown);
  return typeof json === 'object' && json !== null ? leavesOf(json) : [];
}

function leavesOf(json: unknown): string[] {
  if (typeof json === 'string') return [json];
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(leavesOf) : [];
}

function textPattern(characters: readonly string[]): string {
  // Backslashes in a row are one pattern: each by itself, they could be told apart in too many ways.
  const units =
    characters
      .slice(0, longestHead)
      .join('')
      .match(/\\+|[^\\]/gu) ?? [];
  const head = units.map(unitsPattern).join('');
  const rest = characters.length - longestHead;
  return rest > 0 ? `${head}[^]{0,${rest}}` : head;
}

/** A character as it is, and as JSON and URLs write it. Letters and digits are never written otherwise. */
function unitsPattern(character: string): string {
  if (/^[A-Za-z0-9]$/.test(character)) return character;
  if (character.startsWith('\\')) return backslashesPattern(character.length);
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  const name = jsonEscapes[character];
  const ways = [
    backslashes + units.map(unitPattern).join(''),
    [...new TextEncoder().encode(character)].map((byte) => percent + hexPattern(byte, 2)).join(''),
    units.map((unit) => `\\\\{1,7}u${hexPattern(unit, 4)}`).join(''),
    ...(name === undefined ? [] : [`\\\\{1,7}${name}`]),
    ...(character === ' ' ? ['\\+'] : []),
  ];
  return `(?:${ways.join('|')})`;
}

const backslashesPattern = (count: number): string =>
  `(?:\\\\{${count},${8 * count}}|(?:${percent}5[Cc]){${count}})`;

const unitPattern = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

/** A number in hexadecimal digits of either case. */
const hexPattern = (number: number, digits: number): string =>
  number
    .toString(16)
    .padStart(digits, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

const anyBase64 = '[A-Za-z0-9+/_-]';
const padding = `(?:=|${percent}3[Dd]){0,2}`;

/**
 * The digits that base64 and base64url write for bytes that follow `before` others, of a multiple of three. The first
 * digit is left out where it also holds bits of what is before; the last one may also hold bits of what is behind.
 */
function base64Pattern(bytes: Uint8Array, before: number): string {
  const all = base64([...new Uint8Array(before), ...bytes.slice(0, longestHead)]);
  const bits = 8 * (before + Math.min(bytes.length, longestHead));
  const digits = all.slice(Math.ceil((8 * before) / 6), Math.floor(bits / 6));
  const tail = bits % 6 === 0 ? '' : `(?:${anyBase64}${padding})?`;
  const rest = Math.ceil(((bytes.length - longestHead) * 8) / 6);
  return Array.from(digits, digitPattern).join('') + (rest > 0 ? `[^]{0,${rest}}` : tail);
}

function digitPattern(digit: string): string {
  if (digit === '+') return `(?:[+-]|${percent}2[Bb])`;
  if (digit === '/') return `(?:[/_]|\\\\/|${percent}2[Ff])`;
  return digit;
}

const base64 = (bytes: readonly number[]): string => btoa(String.fromCharCode(...bytes));
