import { noRedaction } from '../../../shared/core/plain-json';
import { checkCarried as check } from '../../../shared/collector/check-carry';

type Checked = Parameters<typeof check>;
const checkCarried = (page: Checked[0], asked: Checked[1]) => check(page, asked, noRedaction);
const asked = { numbered: false, total: undefined };

describe('what a page carries', () => {
  it.each([
    [{ carry: undefined, total: undefined }, {}],
    [{ carry: { delta: 'x', left: undefined }, total: null }, { carry: { delta: 'x' } }],
    [
      { carry: null, total: 0 },
      { carry: null, total: 0 },
    ],
  ])('of %j is %j', (page, values) => {
    expect(checkCarried(page, asked)).toEqual({ values });
  });

  it('keeps the total of a page ahead, unless it says another', () => {
    const ahead = { ...asked, total: 7 };
    expect(checkCarried({ carry: undefined, total: undefined }, ahead)).toEqual({
      values: { total: 7 },
    });
    expect(checkCarried({ carry: undefined, total: 8 }, ahead)).toEqual({ values: { total: 8 } });
  });

  it.each([
    [
      'a total that is no number',
      { total: '717' },
      'total: expected a whole number from 0, got string',
    ],
    ['a negative total', { total: -1 }, 'total: expected a whole number from 0, got -1'],
    ['a fraction', { total: 1.5 }, 'total: expected a whole number from 0, got 1.5'],
    ['a carry that is no JSON', { carry: { n: 1n } }, 'carry.n: expected plain JSON, got bigint'],
    [
      'a large carry',
      { carry: 'x'.repeat(40_000) },
      'carry: expected at most 32768 bytes of JSON, got 40002',
    ],
  ])('ends the listing when it is %s', (_, page, fault) => {
    expect(checkCarried({ carry: undefined, total: undefined, ...page }, asked)).toEqual({ fault });
  });

  it('ends the listing of numbered pages, which have no next page', () => {
    expect(checkCarried({ carry: 1, total: undefined }, { ...asked, numbered: true })).toEqual({
      fault: 'carry: expected none, for pageCount says how many pages there are',
    });
  });
});
