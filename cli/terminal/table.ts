import type { Paint } from './paint';
import { widthOf } from './printable';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** @default - left */
  readonly align?: 'left' | 'right';
}

/** A table for a person: columns under their titles. */
export function tableOf(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
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
