import fc from 'fast-check';

/** What a terminal obeys, or shows nothing of, and what is cut wrongly with ease. */
const nasty = [
  '\u001b[31m',
  '\u001b[2J\u001b[1;1H',
  '\u001b]0;title\u0007',
  '\u001b]52;c;aGk=\u001b\\',
  '\u009b31m',
  '\u0085',
  '\r',
  '\n',
  '\r\n',
  '\t',
  '\b',
  '\u007f',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u3164',
  '\u{e0041}',
  '\ud83d',
  '\udc69',
  '👩‍💻',
  '❤️',
  '日本',
  'e\u0301',
  '\\u001b',
  ' ',
  'a',
  '7',
] as const;

/** Texts from elsewhere, most of them made to deceive. */
export const poison = fc
  .oneof(
    { weight: 3, arbitrary: fc.array(fc.constantFrom(...nasty), { maxLength: 12 }) },
    { weight: 1, arbitrary: fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }) },
  )
  .map((parts) => parts.join(''));

/** What must reach no terminal: written down here once more, by code points, so that the two are checked by each other. */
export function isUnsafe(text: string): boolean {
  return Array.from(text).some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (
      (code < 0x20 && character !== '\n') ||
      (code >= 0x7f && code <= 0x9f) ||
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2060 && code <= 0x206f) ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code >= 0xe0000 && code <= 0xe007f) ||
      [0xad, 0x34f, 0x61c, 0x3164, 0xfeff].includes(code)
    );
  });
}

/** A stream that keeps what is written. */
export function sink({ isTTY = false, columns = 80 } = {}) {
  const written: string[] = [];
  return {
    isTTY,
    columns,
    write: (text: string) => written.push(text),
    get text() {
      return written.join('');
    },
  };
}

const escape = '\u001b';

/** The colors and erasures that the output writes itself. */
const ownSequences = new RegExp(`${escape}\\[(?:(?:1|2|22|31|32|33|36|39)m|\\d+F|0J)`, 'g');

/** Removes our own control sequences from a text; any other sequence stays. */
export const withoutOurSequences = (text: string): string => text.replace(ownSequences, '');
