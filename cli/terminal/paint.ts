import { control } from './printable';

/** Colours a text, or leaves it as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const coloured =
  (open: number, close: number) =>
  (text: string): string =>
    `${control(`[${open}m`)}${text}${control(`[${close}m`)}`;
const plain = (text: string): string => text;

/** ANSI colours, or none: https://no-color.org has it that a NO_COLOR that is not empty means none. */
export const paintFor = (colours: boolean): Paint =>
  colours
    ? {
        bold: coloured(1, 22),
        dim: coloured(2, 22),
        green: coloured(32, 39),
        red: coloured(31, 39),
        yellow: coloured(33, 39),
        cyan: coloured(36, 39),
      }
    : { bold: plain, dim: plain, green: plain, red: plain, yellow: plain, cyan: plain };

/** Whether a stream takes colours. */
export const takesColours = (
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean => stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
