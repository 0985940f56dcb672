import fc from 'fast-check';
import { piecesOf, sumOfValues } from '../../../shared/core/lists';

describe('cutting a list by count and bytes', () => {
  const cut = (list: readonly number[], items: number, bytes: number) =>
    piecesOf(list, { items, bytes }, (each) => each);

  it('fills each piece up to whichever limit comes first', () => {
    expect(cut([1, 1, 1, 1, 1], 2, 100)).toEqual([[1, 1], [1, 1], [1]]);
    expect(cut([4, 6, 1], 5, 10)).toEqual([[4, 6], [1]]);
    expect(cut([], 5, 10)).toEqual([]);
  });

  it('leaves an item alone that is larger than a piece may be', () => {
    expect(cut([11, 1, 12, 1], 5, 10)).toEqual([[11], [1], [12], [1]]);
  });

  it('loses nothing, keeps the order, and stays within both limits', () => {
    const list = fc.array(fc.nat({ max: 20 }));
    fc.assert(
      fc.property(
        list,
        fc.integer({ min: 1, max: 5 }),
        fc.nat({ max: 40 }),
        (all, items, bytes) => {
          const pieces = cut(all, items, bytes);
          expect(pieces.flat()).toEqual(all);
          for (const piece of pieces) {
            expect(piece.length).toBeLessThanOrEqual(items);
            const sum = piece.reduce((total, each) => total + each, 0);
            expect(piece.length === 1 || sum <= bytes).toBe(true);
          }
        },
      ),
    );
  });
});

it('the values of a record add up, and those of an empty one to 0', () => {
  expect(sumOfValues({ GetItem: 2, PutItem: 3 })).toBe(5);
  expect(sumOfValues({})).toBe(0);
});
