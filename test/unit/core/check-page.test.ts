import { manifestOf, type AskedPage } from '../../../shared/core/check-page';

const asked: AskedPage = {
  page: 0,
  pageToken: undefined,
  numbered: false,
  maxPages: 10,
  objectsBefore: 5,
};

describe('what listPage returned', () => {
  it('becomes the manifest, an object listed twice being one object', () => {
    expect(manifestOf({ objects: ['a', 'b', 'a'], nextPageToken: '2' }, asked)).toEqual({
      objects: ['a', 'b'],
      nextPageToken: '2',
      listing: 'complete',
      objectsBefore: 5,
    });
  });

  it('may hold emoji and the names of prototypes', () => {
    expect(manifestOf({ objects: ['🐢', '__proto__', 'constructor'] }, asked).objects).toEqual([
      '🐢',
      '__proto__',
      'constructor',
    ]);
  });

  it.each([
    ['no array', { objects: 'a' }, /objects/],
    ['nothing', undefined, /listPage/],
    ['1,001 ids', { objects: Array.from({ length: 1_001 }, (_, n) => `${n}`) }, /1000.*1001/],
    ['an id of 2 KB', { objects: ['x'.repeat(2_048)] }, /objects\.0.*255.*2048/],
    ['an empty id', { objects: [''] }, /objects\.0/],
    ['a number as id', { objects: [1] }, /objects\.0/],
    ['a number as token', { objects: [], nextPageToken: 2 }, /nextPageToken/],
  ])('is refused when it is %s, the limit and what came named', (_, listed, fault) => {
    expect(() => manifestOf(listed, asked)).toThrow(fault);
  });

  it.each([
    ['a token that repeats', { ...asked, pageToken: '2' }, /another than the present/],
    ['a token on numbered pages', { ...asked, numbered: true }, /pageCount/],
    ['a page after the last', { ...asked, page: 9 }, /maxPages \(10\)/],
  ])('ends the listing as failed at %s, its objects kept', (_, place, fault) => {
    const manifest = manifestOf({ objects: ['a'], nextPageToken: '2' }, place);
    expect(manifest).toMatchObject({ objects: ['a'], listing: 'failed' });
    expect(manifest.error).toMatch(fault);
    expect(manifest.nextPageToken).toBeUndefined();
  });
});
