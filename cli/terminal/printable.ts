import { randomUUID } from 'node:crypto';
import { escapeCharacter, unsafe } from './unsafe';

// Ids, errors, names of totals and log lines are untrusted, and a terminal executes the escape sequences in them: these clear
// the screen, set the title or clipboard, or overwrite other lines. So all of them are escaped, except Pollard's own.

/** The prefix of each of Pollard's own sequences. Untrusted text cannot contain it: it is random and never written. */
const key = `\u001b${randomUUID()}`;

/** A control sequence, such as `[32m`, that `rendered` lets through to the terminal. */
export const control = (sequence: string): string => `${key}${sequence}`;

const tokens = new RegExp(String.raw`${key}(\[\d*[A-Za-z])|${unsafe}`, 'gu');
const plain = /^[ -~]*$/;

/** Escapes what is unsafe, and replaces Pollard's own sequences with what `ours` returns. */
const replaced = (text: string, ours: (sequence: string) => string): string =>
  plain.test(text)
    ? text
    : text.replace(tokens, (found, own?: string) =>
        own === undefined ? escapeCharacter(found) : ours(own),
      );

/** Makes a text one line, and escapes what a terminal would execute or not show. Escaping twice changes nothing. */
export const printable = (text: string): string => replaced(text, control);

/** Escapes in the same way, and writes Pollard's own sequences as a terminal expects them. For `outputOn` only. */
export const rendered = (text: string): string => replaced(text, (sequence) => `\u001b${sequence}`);

/** Joins the lines of a text, such as an error's message, with a space between them. */
export const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');

/**
 * Makes an object's id printable; spaces at its ends, which are invisible, are escaped too. An empty one stands for an id that is
 * not known any more.
 */
export const shownId = (id: string): string =>
  id === ''
    ? '(id not kept)'
    : printable(id.replace(/^\s+|\s+$/g, (spaces) => Array.from(spaces, escapeCharacter).join('')));

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const marks = /^\p{Mark}+$/u;
/** East Asian Width W and F, by blocks, and emoji: https://www.unicode.org/reports/tr11/ */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;

const columnsOf = (grapheme: string): number =>
  marks.test(grapheme) ? 0 : wide.test(grapheme) ? 2 : 1;

/** Counts the columns of a text as it is printed on a terminal; colors take none. */
export function widthOf(text: string): number {
  const shown = printable(text).replace(tokens, '');
  if (plain.test(shown)) return shown.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(shown)) columns += columnsOf(segment);
  return columns;
}

/** Cuts a text to the columns and ends it with `…`; no character or escape is cut in two. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return printable(text);
  let [shown, left] = ['', columns - 1];
  for (const { segment } of graphemes.segment(text)) {
    left -= widthOf(segment);
    if (left < 0) break;
    shown += printable(segment);
  }
  return `${shown}…`;
}

/** Joins words to lines of at most so many columns, as far as they fit. */
export function wrapped(words: readonly string[], columns: number, between: string): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    const joined = `${line ?? ''}${between}${word}`;
    if (line === undefined || widthOf(joined) > columns) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}
