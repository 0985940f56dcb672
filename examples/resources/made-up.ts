import type { ResourcesSource } from './source';

interface MadeUpOptions {
  readonly parallel: boolean;
  readonly pageCount: number;
  readonly pageSize: number;
}

/** What a made-up resource earned, in cents: the total of a run is this times its objects. */
const revenueCents = 100;

/** Resources made up on the spot, at no cost: what is left to measure is the pipeline. */
export function madeUpSource({ parallel, pageCount, pageSize }: MadeUpOptions): ResourcesSource {
  const last = pageCount - 1;
  return {
    crunchMs: 0,
    pageCount: () => Promise.resolve(parallel ? pageCount : undefined),
    page: ({ pageNumber }) => {
      const size = pageNumber <= last ? pageSize : 0;
      const first = pageNumber * pageSize;
      return Promise.resolve({
        objects: Array.from({ length: size }, (_, at) => idOf(first + at)),
        next: parallel || pageNumber >= last ? undefined : String(pageNumber + 1),
      });
    },
    object: (id) => Promise.resolve({ id, name: id, region: 'nowhere' }),
    details: () => Promise.resolve({ revenueCents, orders: 1 }),
  };
}

const idOf = (number: number): string => `made-up-${String(number).padStart(6, '0')}`;
