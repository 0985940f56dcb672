const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const;
const levels = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Columns and rows of a chart. */
export interface ChartSize {
  readonly columns: number;
  readonly rows: number;
}

/** A number over time as a chart of block characters, the rows from the top down. */
export function chartOf(values: readonly number[], { columns, rows }: ChartSize): string[] {
  const points = resampled(values, Math.min(columns, Math.max(1, values.length)));
  const top = Math.max(...points, Number.MIN_VALUE);
  return Array.from({ length: rows }, (_, row) => {
    const floor = rows - 1 - row;
    return points
      .map((value) => {
        const filled = Math.round(((value / top) * rows - floor) * 8);
        return levels[Math.max(0, Math.min(8, filled))] ?? ' ';
      })
      .join('')
      .trimEnd();
  });
}

/** A bar of this length, to an eighth of a column. */
export function barOf(share: number, columns: number): string {
  const cells = Math.max(0, Math.min(1, share)) * columns;
  const whole = Math.floor(cells);
  return '█'.repeat(whole) + (eighths[Math.round((cells - whole) * 8)] ?? '');
}

/** The averages of `columns` spans of the values. */
function resampled(values: readonly number[], columns: number): number[] {
  return Array.from({ length: columns }, (_, at) => {
    const from = Math.floor((at * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((at + 1) * values.length) / columns));
    const some = values.slice(from, to);
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  });
}
