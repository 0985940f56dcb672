/** Colours a text, or leaves it as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const escape =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${String(open)}m${text}\u001b[${String(close)}m`;
const plain = (text: string): string => text;

/** ANSI colours, or none: https://no-color.org has it that a NO_COLOR that is not empty means none. */
export const paintFor = (colours: boolean): Paint =>
  colours
    ? {
        bold: escape(1, 22),
        dim: escape(2, 22),
        green: escape(32, 39),
        red: escape(31, 39),
        yellow: escape(33, 39),
        cyan: escape(36, 39),
      }
    : { bold: plain, dim: plain, green: plain, red: plain, yellow: plain, cyan: plain };

/** Whether a stream takes colours. */
export const takesColours = (
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean => stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';

/** Columns that a text takes, colours aside. */
// eslint-disable-next-line no-control-regex -- a colour begins with ESC.
export const widthOf = (text: string): number => text.replace(/\u001b\[\d+m/g, '').length;
