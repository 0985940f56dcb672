/**
 * Epoch milliseconds until which an invocation of the page function begins to list further pages: the middle of its time, so
 * that a page has at least as long as the pages ahead of it had together.
 * @param from when it began
 * @param endsAt when its time is over
 */
export const listsOnUntil = (from: number, endsAt: number): number => (from + endsAt) / 2;
