import type { Cell, Strip } from './api';
import type { ChordSeen } from './chord-look';

/** Cells that a strip has at most: beyond, a cell is a group of pages. */
export const mostCells = 400;

/** The pages of a run as a row of cells, a cell a page or a group of pages. */
export function stripOf(seen: ChordSeen): Strip {
  const pagesPerCell = Math.max(1, Math.ceil(seen.pages / mostCells));
  const cells = Array.from({ length: Math.ceil(seen.pages / pagesPerCell) }, (_, at) =>
    cellOf(seen, at * pagesPerCell, Math.min(seen.pages, (at + 1) * pagesPerCell)),
  );
  return { pages: seen.pages, pagesPerCell, cells };
}

function cellOf(seen: ChordSeen, first: number, end: number): Cell {
  const sum = { done: 0, pending: 0, notListed: 0, failedToList: 0, open: 0 };
  let [pendingObjects, failedObjects] = [0, 0];
  for (let page = first; page < end; page += 1) {
    const known = seen.pageAt(page);
    sum[known?.state ?? 'open'] += 1;
    pendingObjects += known?.pending ?? 0;
    failedObjects += known?.failed ?? 0;
  }
  return { first, pages: end - first, ...sum, pendingObjects, failedObjects };
}
