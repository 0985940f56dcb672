/**
 * Draws a recording of a terminal as an animated SVG: `script -qec 'npm start' run.txt && npx tsx tools/terminal-svg.ts
 * 'npm start' <run.txt >docs/run.svg`. Reads what `npm start` writes: lines, colours, and "up n lines and clear" between frames.
 */
import { readFileSync } from 'node:fs';

const cell = { width: 8.4, height: 18 };
const margin = 16;
/** The most frames of the animation, the seconds that each is shown, and those of the last one. */
const mostFrames = 24;
const secondsPerFrame = 0.25;
const lastFrameSeconds = 8;

const colours: Readonly<Record<string, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  36: '#79c0ff',
};

interface Style {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly colour: string | undefined;
}
interface Span extends Style {
  readonly text: string;
}
type Line = readonly Span[];

const plain: Style = { bold: false, dim: false, colour: undefined };

/** The style after a "select graphic rendition" of one code. */
function styled(style: Style, code: string): Style {
  if (code === '0' || code === '') return plain;
  if (code === '1') return { ...style, bold: true };
  if (code === '2') return { ...style, dim: true };
  if (code === '22') return { ...style, bold: false, dim: false };
  if (code === '39') return { ...style, colour: undefined };
  return { ...style, colour: colours[code] ?? style.colour };
}

const escape = '\u001b';

/** A control sequence with its code and command, a line break, or text. */
const tokens = new RegExp(`${escape}\\[([0-9;]*)([A-Za-z])|\\r?\\n|[^${escape}\\r\\n]+`, 'g');

/** The screens of a recording, one each time that it goes up and clears, and the last one. */
function framesOf(recording: string): Line[][] {
  const frames: Line[][] = [];
  let lines: Span[][] = [[]];
  let style = plain;
  for (const [token, code = '', command] of recording.matchAll(tokens)) {
    if (command === 'm') style = code.split(';').reduce(styled, style);
    else if (command === 'F') {
      frames.push(lines);
      lines = [...lines.slice(0, lines.length - 1 - Number(code)), []];
    } else if (token.endsWith('\n')) lines = [...lines, []];
    else if (command === undefined) lines.at(-1)?.push({ ...style, text: token });
  }
  return [...frames, lines];
}

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);

function spanOf({ text, bold, dim, colour }: Span): string {
  const attributes = [
    ...(bold ? ['font-weight="bold"'] : []),
    ...(dim ? ['opacity="0.6"'] : []),
    ...(colour === undefined ? [] : [`fill="${colour}"`]),
  ];
  return `<tspan ${attributes.join(' ')}>${escaped(text)}</tspan>`;
}

const lineOf = (line: Line, row: number): string =>
  `<text x="${margin}" y="${margin + (row + 1) * cell.height}">${line.map(spanOf).join('')}</text>`;

/** Some of the frames at equal distances, the last one included. */
function thinned<T>(frames: readonly T[]): T[] {
  const step = Math.max(1, frames.length / mostFrames);
  const kept = Array.from({ length: Math.min(mostFrames, frames.length) }, (_, at) =>
    frames.at(-1 - Math.round((Math.min(mostFrames, frames.length) - 1 - at) * step)),
  );
  return kept.filter((frame) => frame !== undefined);
}

function svgOf(command: string, frames: readonly (readonly Line[])[]): string {
  const columns = Math.max(
    ...frames.flat().map((line) => line.reduce((sum, { text }) => sum + text.length, 0)),
  );
  const rows = Math.max(...frames.map((frame) => frame.length)) + 2;
  const seconds = (frames.length - 1) * secondsPerFrame + lastFrameSeconds;
  const percent = (at: number): string => ((100 * at) / seconds).toFixed(2);
  const [width, height] = [
    Math.ceil(columns * cell.width) + 2 * margin,
    rows * cell.height + 2 * margin,
  ];
  const prompt: Line = [
    { ...plain, dim: true, text: '$ ' },
    { ...plain, text: command },
  ];
  const styles = frames.map((_, at) => {
    const from = at * secondsPerFrame;
    const until = at + 1 === frames.length ? seconds : from + secondsPerFrame;
    return `@keyframes f${at}{0%,${percent(from)}%{visibility:hidden}${percent(from + 0.001)}%,${percent(until - 0.001)}%{visibility:visible}${percent(until)}%,100%{visibility:hidden}}.f${at}{visibility:hidden;animation:f${at} ${seconds}s step-end infinite}`;
  });
  const groups = frames.map(
    (frame, at) => `<g class="f${at}">${[prompt, ...frame].map(lineOf).join('')}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(command)} in a terminal"><style>text{white-space:pre;font:14px ui-monospace,Menlo,Consolas,monospace;fill:#e6edf3}${styles.join('')}@media (prefers-reduced-motion:reduce){g{animation:none!important}.f${frames.length - 1}{visibility:visible!important}}</style><rect width="100%" height="100%" rx="8" fill="#0d1117"/>${groups.join('')}</svg>\n`;
}

const [, , command = 'npm start'] = process.argv;
const recording = readFileSync(0, 'utf8')
  .replace(/^Script started[^\n]*\n/, '')
  .replace(/\nScript done[^\n]*\n?$/, '')
  // What npm prints around the program: the script's name, and its spinner.
  .replace(/\r?\n?> [^\r\n]*/g, '')
  .replace(/[\u2800-\u28ff]/g, '');
process.stdout.write(svgOf(command, thinned(framesOf(recording))));
