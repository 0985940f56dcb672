import type { JSX } from 'preact';
import { count, plural } from '../../terminal/format';
import type { Cell, OpenRun } from '../api';

/** The pages of a run, a cell each: what is done is filled, what is pending half, what is not listed yet is an outline. */
export function StripChart({ run: { strip } }: { readonly run: OpenRun }): JSX.Element {
  const { cells, pages, pagesPerCell } = strip;
  const sum = summaryOf(cells);
  return (
    <section aria-labelledby="pages">
      <h3 id="pages">
        {plural(pages, 'page')}
        {pagesPerCell > 1 && <span class="quiet"> · a cell is {count(pagesPerCell)} pages</span>}
      </h3>
      <p class="legend">
        {sum.map(({ name, value, tone }) => (
          <span key={name} class={`key ${tone}`}>
            {count(value)} {name}
          </span>
        ))}
        {cells.some(({ failedObjects }) => failedObjects > 0) && (
          <span class="key warn">with objects that failed</span>
        )}
      </p>
      {cells.length > 0 && (
        <div
          class="strip"
          role="img"
          aria-label={`Pages: ${sum.map(({ name, value }) => `${count(value)} ${name}`).join(', ')}`}
        >
          {cells.map((cell) => (
            <CellMark key={cell.first} cell={cell} />
          ))}
        </div>
      )}
    </section>
  );
}

function CellMark({ cell }: { readonly cell: Cell }): JSX.Element {
  const filled = Math.round((10 * cell.done) / cell.pages);
  return (
    <svg class={`cell ${toneOfCell(cell)}`} viewBox="0 0 10 10" aria-hidden="true">
      <title>{describeCell(cell)}</title>
      <rect class="frame" x={0.5} y={0.5} width={9} height={9} rx={1.5} />
      {filled > 0 && <rect class="fill" y={10 - filled} width={10} height={filled} rx={1.5} />}
      {cell.pending > 0 && <circle class="dot" cx={5} cy={5} r={2} />}
      {cell.failedToList > 0 && <path class="cross" d="M2 2l6 6m0-6l-6 6" />}
    </svg>
  );
}

function toneOfCell(cell: Cell): string {
  if (cell.failedToList > 0) return 'bad';
  if (cell.failedObjects > 0) return 'warn';
  if (cell.done === cell.pages) return 'good';
  return cell.pending + cell.open > 0 ? 'busy' : 'idle';
}

function describeCell(cell: Cell): string {
  const last = cell.first + cell.pages - 1;
  const name = cell.pages === 1 ? `Page ${cell.first}` : `Pages ${cell.first} to ${last}`;
  const states = summaryOf([cell]).map(({ name: state, value }) =>
    cell.pages === 1 ? state : `${count(value)} ${state}`,
  );
  return [
    `${name}: ${states.join(', ')}`,
    ...(cell.pendingObjects > 0 ? [`${plural(cell.pendingObjects, 'object')} pending`] : []),
    ...(cell.failedObjects > 0 ? [`${plural(cell.failedObjects, 'object')} failed`] : []),
  ].join(', ');
}

const states = [
  { field: 'done', name: 'done', tone: 'good' },
  { field: 'pending', name: 'with pending objects', tone: 'busy' },
  { field: 'open', name: 'not done', tone: 'busy' },
  { field: 'notListed', name: 'not listed yet', tone: 'idle' },
  { field: 'failedToList', name: 'could not be listed', tone: 'bad' },
] as const;

/** The states that pages of the cells are in. */
const summaryOf = (
  cells: readonly Cell[],
): { readonly name: string; readonly tone: string; readonly value: number }[] =>
  states
    .map(({ field, name, tone }) => ({
      name,
      tone,
      value: cells.reduce((sum, cell) => sum + cell[field], 0),
    }))
    .filter(({ value }) => value > 0);
