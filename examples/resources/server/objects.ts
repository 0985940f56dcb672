/** What the stand-in source offers: everything follows from an object's number, so that a test can tell what is right. */
export interface Catalogue {
  readonly pageCount: number;
  readonly pageSize: number;
}

/** The post's sizes: 20 pages of 100 objects. */
export const postCatalogue: Catalogue = { pageCount: 20, pageSize: 100 };

/** The id of object `number`, counted from 0. Each number has its own. */
export const objectId = (number: number): string => `resource-${String(number).padStart(6, '0')}`;

/** The number of an object by its id, or `undefined` where the catalogue has no such object. */
export function objectNumber(id: string, catalogue: Catalogue): number | undefined {
  const digits = /^resource-(\d{6,})$/.exec(id)?.[1];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  return number < objectCount(catalogue) && objectId(number) === id ? number : undefined;
}

/** Objects on all pages. */
export const objectCount = ({ pageCount, pageSize }: Catalogue): number => pageCount * pageSize;

/** What object `number` earned, in cents: 100 to 9,999. */
export const revenueCentsOf = (number: number): number => 100 + ((number * 7_919) % 9_900);

/** The sum of `revenueCents` over the whole catalogue. */
export function totalRevenueCents(catalogue: Catalogue): number {
  let total = 0;
  for (let number = 0; number < objectCount(catalogue); number += 1) {
    total += revenueCentsOf(number);
  }
  return total;
}

/** A page of the listing. Its ids are distinct over all pages. */
export function pageOf(page: number, catalogue: Catalogue): object {
  const first = page * catalogue.pageSize;
  return {
    objects: Array.from({ length: catalogue.pageSize }, (_, index) => objectId(first + index)),
    next: page + 1 < catalogue.pageCount ? tokenOf(page + 1) : null,
    pages: catalogue.pageCount,
  };
}

/** The token of a page: what `next` of the page before says. */
export const tokenOf = (page: number): string => `p${page.toString(36)}`;

/** The page behind a token, or `undefined` where it is none. */
export function pageOfToken(token: string, catalogue: Catalogue): number | undefined {
  const page = /^p[0-9a-z]+$/.test(token) ? parseInt(token.slice(1), 36) : NaN;
  return page < catalogue.pageCount ? page : undefined;
}

/** What `/objects/ID` answers. */
export const objectOf = (number: number): object => ({
  id: objectId(number),
  name: `Resource ${number}`,
  region: regions[number % regions.length],
});

/** What `/objects/ID/details` answers. */
export const detailsOf = (number: number): object => ({
  id: objectId(number),
  revenueCents: revenueCentsOf(number),
  orders: 1 + (number % 7),
});

const regions = ['north', 'east', 'south', 'west'];
