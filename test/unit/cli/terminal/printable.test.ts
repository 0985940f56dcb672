import fc from 'fast-check';
import { outputOn } from '../../../../cli/terminal/output';
import { paintFor } from '../../../../cli/terminal/paint';
import { cut, printable, rendered, shownId, widthOf } from '../../../../cli/terminal/printable';
import { tableOf } from '../../../../cli/terminal/table';
import { isUnsafe, poison, sink } from '../../../support/poison';

const paint = paintFor(true);

describe('a text that is printed', () => {
  it.each([
    ['plain text, with marks: é ✔ · …', 'plain text, with marks: é ✔ · …'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['\u001b]52;c;aGk=\u0007', '\\u001b]52;c;aGk=\\u0007'],
    ['one\r\ntwo\tthree', 'one\\r\\ntwo\\tthree'],
    ['\u009b31m \u0085', '\\u009b31m \\u0085'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['a\u200bb\u2028c\ufeff\u3164', 'a\\u200bb\\u2028c\\ufeff\\u3164'],
    ['\u{e0041}', '\\udb40\\udc41'],
    ['half \ud83d', 'half \\ud83d'],
    ['日本 ❤️ 😀', '日本 ❤️ 😀'],
    ['a\ufe0f', 'a\\ufe0f'],
  ])('%j is shown as %s', (text, shown) => {
    expect(printable(text)).toBe(shown);
    expect(rendered(text)).toBe(shown);
  });

  it('has nothing left that a terminal obeys, on one line, and is the same when it is escaped twice', () => {
    fc.assert(
      fc.property(poison, (text) => {
        const shown = printable(text);
        expect(isUnsafe(shown) || shown.includes('\n')).toBe(false);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });

  it('has the colours of our own, and shows those that it brings along', () => {
    expect(rendered(paint.red('a \u001b[31mb'))).toBe('\u001b[31ma \\u001b[31mb\u001b[39m');
    expect(rendered(paint.bold(paint.dim('a')))).toBe('\u001b[1m\u001b[2ma\u001b[22m\u001b[22m');
  });

  it('keeps the value of JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(poison, poison), (value) => {
        const stream = sink();
        outputOn(stream).text(JSON.stringify(value, null, 2));
        expect(JSON.parse(stream.text)).toEqual(value);
        expect(isUnsafe(stream.text)).toBe(false);
      }),
    );
  });

  it.each([
    ['  ', '\\u0020\\u0020'],
    [' a b ', '\\u0020a b\\u0020'],
    ['\u00a0', '\\u00a0'],
    ['a', 'a'],
  ])('shows the spaces at the ends of the id %j', (id, shown) => {
    expect(shownId(id)).toBe(shown);
  });
});

describe('the width of a text', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['한글', 4],
    ['ｱ Ａ', 4],
    ['😀', 2],
    ['❤️', 2],
    ['e\u0301', 1],
    ['🇩🇪', 2],
    ['\n', 2],
    ['\u001b', 6],
    [paint.green('日'), 2],
  ])('%j takes %d columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  it('keeps the columns of a table in line', () => {
    const columns = [{ title: 'A' }, { title: 'B', align: 'right' }] as const;
    const rows = [
      ['日本', paint.red('1')],
      ['a\u001b[31m', '日'],
      ['❤️', '\n'],
    ];
    const widths = tableOf(columns, rows, paint).map(widthOf);
    expect(new Set(widths)).toEqual(new Set([15]));
  });
});

describe('a text that is cut', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['ab\u001bcdef', 6, 'ab…'],
    ['abcd😀f', 6, 'abcd…'],
    ['日本語', 5, '日本…'],
    ['ae\u0301bc', 3, 'ae\u0301…'],
  ])('%j to %d columns is %j', (text, columns, shown) => {
    expect(cut(text, columns)).toBe(shown);
  });

  it('fits, and ends in the middle of no character and no escape', () => {
    fc.assert(
      fc.property(poison, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const shown = cut(text, columns);
        expect(widthOf(shown)).toBeLessThanOrEqual(columns);
        expect(isUnsafe(shown)).toBe(false);
        expect(printable(text).startsWith(shown.replace(/…$/, ''))).toBe(true);
      }),
    );
  });
});

describe('the output on a stream', () => {
  it('writes cells with tabs between them, and escapes those within', () => {
    const stream = sink();
    outputOn(stream).line('a\tb', 'c\nd');
    expect(stream.text).toBe('a\\tb\tc\\nd\n');
  });

  it('keeps the lines of a text', () => {
    const stream = sink();
    outputOn(stream).text('Error: \u001b[2J\r\n\tat here\n');
    expect(stream.text).toBe('Error: \\u001b[2J\n  at here\n');
  });

  it('takes lines of a terminal away', () => {
    const stream = sink({ isTTY: true });
    outputOn(stream).erase(3);
    expect(stream.text).toBe('\u001b[3F\u001b[0J');
  });

  it('says when its reader is slow', () => {
    expect(outputOn({ write: () => false }).line('a')).toBe(false);
    expect(outputOn({ write: () => true }).line('a')).toBe(true);
  });
});
