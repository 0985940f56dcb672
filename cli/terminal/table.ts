import type { Paint } from './paint';
import { widthOf } from './printable';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** @default - left */
  readonly align?: 'left' | 'right';
  /** Where the table is too wide, the columns of the highest number are left out first. @default - it stays */
  readonly drop?: number;
}

/**
 * A table for a person: columns under their titles.
 * @param width columns of the terminal: a table that is wider loses some of its own
 */
export function tableOf(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  width = Infinity,
): string[] {
  const last = columns.reduce<Column | undefined>(
    (most, each) => ((each.drop ?? 0) > (most?.drop ?? 0) ? each : most),
    undefined,
  );
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  const needed = widths.reduce((sum, each) => sum + each + 2, -2);
  if (needed > width && last) {
    const at = columns.indexOf(last);
    const without = <T>(list: readonly T[]): T[] => list.filter((_, place) => place !== at);
    return tableOf(without(columns), rows.map(without), paint, width);
  }
  const lineOf = (cells: readonly string[]): string =>
    columns
      .map(({ align }, at) => padded(cells[at] ?? '', widths[at] ?? 0, align))
      .join('  ')
      .replace(/ +$/, '');
  return [paint.dim(lineOf(columns.map(({ title }) => title))), ...rows.map(lineOf)];
}

function padded(text: string, width: number, align: Column['align'] = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? `${space}${text}` : `${text}${space}`;
}
