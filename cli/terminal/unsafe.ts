// The characters of a foreign text that a terminal would execute, or that a reader would not see. Pure, for the page in the
// browser too.

/**
 * Control and format characters (bidirectional overrides, zero-width ones), line separators, lone surrogates, and all other
 * invisible characters except the variation selector of an emoji.
 */
export const unsafe = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!(?<=\p{Emoji})\ufe0f)\p{Default_Ignorable_Code_Point}`;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Escapes a character as JSON does, such as `\n` and `\u001b`, so that JSON keeps its value. */
export const escapeCharacter = (character: string): string =>
  short[character] ??
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

const each = new RegExp(unsafe, 'gu');

/** Escapes what is unsafe. */
export const escapeUnsafe = (text: string): string => text.replace(each, escapeCharacter);
