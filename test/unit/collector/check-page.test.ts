import { noRedaction } from '../../../shared/core/plain-json';
import { checkListing, type AskedPage } from '../../../shared/collector/check-page';
import { fingerprint } from '../../../shared/pipeline/page/fingerprint';

const asked: AskedPage = {
  page: 0,
  pageToken: undefined,
  numbered: false,
  maxPages: 10,
  objectsBefore: 5,
  remembered: undefined,
  pageBefore: undefined,
  total: undefined,
};

const read = (listed: unknown, place: Partial<AskedPage> = {}) =>
  checkListing(listed, { ...asked, ...place }, fingerprint, noRedaction).manifest;

describe('what listPage returned', () => {
  it('becomes the manifest, an object listed twice being one object', () => {
    expect(read({ objects: ['a', 'b', 'a'], nextPageToken: '2' })).toEqual({
      objects: ['a', 'b'],
      nextPageToken: '2',
      listing: 'complete',
      objectsBefore: 5,
      remembered: fingerprint(['2']),
    });
  });

  it('may hold emoji and the names of prototypes', () => {
    expect(read({ objects: ['🐢', '__proto__', 'constructor'] }).objects).toEqual([
      '🐢',
      '__proto__',
      'constructor',
    ]);
  });

  it.each([undefined, null, ''])('is the last page when its token is %j', (nextPageToken) => {
    const manifest = read({ objects: ['a'], nextPageToken });
    expect(manifest).toMatchObject({ objects: ['a'], listing: 'complete' });
    expect(manifest.nextPageToken).toBeUndefined();
  });

  it.each([
    ['no array', { objects: 'a' }, /objects: expected an array of ids, got string/],
    ['nothing', undefined, /listPage: expected \{ objects, nextPageToken\? \}, got undefined/],
    ['1,001 ids', { objects: Array.from({ length: 1_001 }, (_, n) => `${n}`) }, /1000.*1001/],
    [
      'a page with a misspelt key',
      { objects: ['a'], nextToken: '2' },
      /^listPage: unknown key nextToken; expected objects, nextPageToken, carry, total$/,
    ],
    [
      'a page with two unknown keys',
      { objects: [], next: 1, totals: 2 },
      /unknown keys next, totals/,
    ],
  ])('is refused when it is %s, the limit and what came named', (_, listed, fault) => {
    expect(() => read(listed)).toThrow(fault);
  });

  it.each([
    ['an id of 2 KB', 'x'.repeat(2_048), /at most 255 bytes, got 2048/],
    ['an empty id', '', /at least 1 byte/],
    ['a number as id', 1, /an id of text, got the number 1: return String\(id\)/],
    ['an id with a lone surrogate', 'a\ud800', /well-formed Unicode/],
    ['a hole', undefined, /got undefined/],
  ])('keeps its other objects beside %s, which is rejected by name', (_, id, fault) => {
    const { objects, rejected, listing } = read({ objects: ['a', id, 'b'] });
    expect({ objects, listing }).toEqual({ objects: ['a', 'b'], listing: 'complete' });
    expect(rejected).toEqual([
      {
        shown: expect.any(String),
        error: expect.stringMatching(/^listPage: objects\[1\]: expected/),
      },
    ]);
    expect(rejected?.[0]?.error).toMatch(fault);
  });

  it.each([
    ['a token that repeats', { pageToken: '2' }, /a token that no page had before, got 2 again/],
    ['a token of an earlier page', { remembered: fingerprint(['2']) }, /no page had before/],
    ['a token on numbered pages', { numbered: true }, /pageCount/],
    ['a page after the last', { page: 9 }, /maxPages \(10\)/],
  ])('ends the listing as failed at %s, its objects kept', (_, place, fault) => {
    const manifest = read({ objects: ['a'], nextPageToken: '2' }, place);
    expect(manifest).toMatchObject({ objects: ['a'], listing: 'failed' });
    expect(manifest.error).toMatch(fault);
    expect(manifest.nextPageToken).toBeUndefined();
  });

  it.each([
    ['a number', 2, /expected a text, got number/],
    ['text with a lone surrogate', '\udc00', /well-formed Unicode/],
    ['of 65,537 bytes', 'x'.repeat(65_537), /at most 65536 bytes, got 65537/],
  ])('ends the listing as failed at a token that is %s, its objects kept', (_, token, fault) => {
    const manifest = read({ objects: ['a'], nextPageToken: token });
    expect(manifest).toMatchObject({ objects: ['a'], listing: 'failed' });
    expect(manifest.error).toMatch(fault);
  });

  it('ends the listing as failed when it has the objects of the page before, which are not collected again', () => {
    const before = { page: 3, pageBefore: fingerprint(['a', 'b']) };
    expect(read({ objects: ['a', 'b'], nextPageToken: '9' }, before)).toMatchObject({
      objects: [],
      listing: 'failed',
      error: expect.stringContaining('page 3 has the same objects as the page before it'),
    });
    expect(read({ objects: ['a', 'c'] }, before).listing).toBe('complete');
    expect(read({ objects: ['a', 'b'] }, { ...before, numbered: true }).listing).toBe('complete');
  });
});

describe('a fingerprint', () => {
  it('tells lists apart whose texts are the same when joined', () => {
    const all = [['ab'], ['a', 'b'], ['', 'ab'], ['1 a'], ['a', '1 b'], []];
    expect(new Set(all.map(fingerprint)).size).toBe(all.length);
  });

  it('is the same for the same texts in another order', () => {
    expect(fingerprint(['b', 'c', 'a'])).toBe(fingerprint(['a', 'b', 'c']));
  });
});
