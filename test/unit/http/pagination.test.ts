import fc from 'fast-check';
import { nextCursor, nextLink, nextOffset, nextPage } from '../../../shared/http';

describe('nextLink', () => {
  const next = (link: string | undefined) =>
    nextLink({ url: 'https://api.example.com/v1/items?page=1', headers: { link } });

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['<https://x/?page=1>; rel="prev"', undefined],
    ['<https://x/?page=1>; rel="prev", <https://x/?page=3>; rel="next"', 'https://x/?page=3'],
    ['<https://x/?a=1,2;3>; rel=next', 'https://x/?a=1,2;3'],
    ['<https://x/2>; title="a, b; rel=\\"next\\""; rel="last"', undefined],
    ['<https://x/2>; title="to be, or"; REL="Next last"', 'https://x/2'],
    ['<?page=2>; rel="next"', 'https://api.example.com/v1/items?page=2'],
    ['</v1/items?page=2>;rel=next;results="true"', 'https://api.example.com/v1/items?page=2'],
    ['<https://x/2>; rel="nextish"', undefined],
    ['<http://[bad>; rel="next"', undefined],
  ])('reads %p as %p', (link, url) => {
    expect(next(link)).toBe(url);
  });

  it('reads any text in time, without throwing', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[<>;,="\\ relnxt/]{0,200}$/), (link) => {
        next(link);
      }),
    );
    expect(next('<a>;'.repeat(20_000))).toBeUndefined();
  });
});

describe('nextCursor', () => {
  it.each<[unknown, string, string | undefined]>([
    [{ next: 'abc' }, 'next', 'abc'],
    [{ meta: { next_cursor: 'abc' } }, 'meta.next_cursor', 'abc'],
    [{ next: 12 }, 'next', '12'],
    [{ next: '' }, 'next', undefined],
    [{ next: null }, 'next', undefined],
    [{ next: false }, 'next', undefined],
    [{ meta: null }, 'meta.next', undefined],
    [undefined, 'next', undefined],
  ])('reads %j at %s as %p', (body, path, cursor) => {
    expect(nextCursor(body, path)).toBe(cursor);
  });
});

describe('nextPage', () => {
  it.each([
    [undefined, { items: 10 }, 1, '2'],
    ['2', { items: 10 }, 1, '3'],
    [undefined, { items: 10 }, 0, '1'],
    ['2', { items: 0 }, 1, undefined],
    ['2', { items: 7, pageSize: 10 }, 1, undefined],
    ['2', { items: 10, pageSize: 10, total: 20 }, 1, undefined],
    ['2', { items: 10, total: 21 }, 1, '3'],
  ])('after %p with %j is %p', (token, listed, first, next) => {
    expect(nextPage(token, listed, first)).toBe(next);
  });
});

describe('nextOffset', () => {
  it.each([
    [undefined, { items: 10 }, '10'],
    ['10', { items: 10 }, '20'],
    ['10', { items: 0 }, undefined],
    ['10', { items: 7, pageSize: 10 }, undefined],
    ['10', { items: 10, total: 20 }, undefined],
    ['10', { items: 10, total: 21 }, '20'],
  ])('after %p with %j is %p', (token, listed, next) => {
    expect(nextOffset(token, listed)).toBe(next);
  });
});

it('lists every item once, whatever the sizes of the pages and of the listing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.nat(200),
      fc.boolean(),
      (pageSize, total, isTold) => {
        const told = isTold ? { total } : {};
        const walk = (
          next: (token: string | undefined, items: number) => string | undefined,
          from: (token: string | undefined) => number,
        ) => {
          let token: string | undefined;
          let listed = 0;
          for (let pages = 0; pages < 300; pages += 1) {
            const items = Math.max(0, Math.min(pageSize, total - from(token)));
            listed += items;
            token = next(token, items);
            if (token === undefined) return listed;
          }
          return NaN;
        };
        expect(
          walk(
            (token, items) => nextOffset(token, { items, ...told }),
            (token) => Number(token ?? 0),
          ),
        ).toBe(total);
        expect(
          walk(
            (token, items) => nextPage(token, { items, pageSize, ...told }),
            (token) => (Number(token ?? 1) - 1) * pageSize,
          ),
        ).toBe(total);
      },
    ),
  );
});
