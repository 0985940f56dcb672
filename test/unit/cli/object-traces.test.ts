import { erasureOf, mentionsIn } from '../../../cli/object-traces';
import { keys } from '../../../shared/aws/dynamodb/keys';
import { packPageData, unpackPageData } from '../../../shared/aws/dynamodb/page-data';
import { failureItems, manifestItem, manifestOf } from '../../../shared/aws/dynamodb/page-store';
import { toItem, type Item } from '../../../shared/aws/dynamodb/attributes';
import type { Manifest } from '../../../shared/core/ports/page-store';
import { keyItem } from '../../../shared/aws/send';

const runId = 'shop@2026-01-01T12:00:00.000Z';

const manifestWith = (manifest: Partial<Manifest>): Item =>
  manifestItem(runId, 2, { objects: [], listing: 'complete', ...manifest }, 1_800_000_000);

const dataItem = (data: ReadonlyMap<string, { name: string }>): Item => {
  const { key, deflated } = packPageData(data);
  return { ...keyItem(keys.pageData(runId, 2, key)), data: { B: deflated }, expiresAt: { N: '1' } };
};

const failure = (objectId: string, error = 'Error: no'): Item =>
  failureItems(runId, 2, [{ index: 0, objectId, error, attempts: 3 }], 1)[0]!;

/** The manifest after an object was forgotten. */
function manifestAfter(item: Item, objectId: string): Manifest | undefined {
  const erasure = erasureOf(item, objectId);
  return erasure.kind === 'put' ? manifestOf(erasure.item) : undefined;
}

describe('an object that is forgotten', () => {
  it.each([
    ['few', ['a', 'ann', 'b']],
    ['many', [...Array.from({ length: 500 }, (_, at) => `object-${at}`), 'ann', 'b']],
  ])('leaves the numbers of the others on a page of %s ids', (_, objects) => {
    const manifest = { nextPageToken: '3', epoch: 4, total: 9, dataKey: 'k', carry: { at: [1] } };
    const item = manifestWith({ objects, ...manifest });
    const after = objects.map((id) => (id === 'ann' ? '' : id));
    expect(manifestAfter(item, 'ann')).toEqual({
      objects: after,
      listing: 'complete',
      ...manifest,
    });
    expect(erasureOf(item, 'an')).toEqual({ kind: 'none' });
  });

  it('keeps when its items expire', () => {
    const erasure = erasureOf(manifestWith({ objects: ['ann'] }), 'ann');
    expect(erasure).toMatchObject({ kind: 'put', item: { expiresAt: { N: '1800000000' } } });
  });

  it('is no longer among the ids that a page could not collect', () => {
    const shown = JSON.stringify('ann');
    const rejected = [
      { shown, error: 'listPage: objects[0].data: Ann' },
      { shown: '"bob"', error: 'no' },
    ];
    expect(manifestAfter(manifestWith({ rejected }), 'ann')?.rejected).toEqual([
      { shown: '', error: 'forgotten' },
      { shown: '"bob"', error: 'no' },
    ]);
    expect(erasureOf(failure(shown), 'ann')).toEqual({ kind: 'delete' });
  });

  it('leaves the data of the others on its page, and an empty item where there are none', () => {
    const both = new Map([
      ['ann', { name: 'Ann' }],
      ['bob', { name: 'Bob' }],
    ]);
    const dataAfter = (item: Item, objectId: string) => {
      const erasure = erasureOf(item, objectId);
      return erasure.kind === 'put' && [...unpackPageData(erasure.item['data']!.B!)];
    };
    expect(dataAfter(dataItem(both), 'ann')).toEqual([['bob', { name: 'Bob' }]]);
    expect(dataAfter(dataItem(new Map([['ann', { name: 'Ann' }]])), 'ann')).toEqual([]);
    expect(dataAfter(dataItem(both), 'cid')).toBe(false);
  });

  it('has its failure deleted, and notes whose error names it', () => {
    const note = (text: string) => ({
      ...keyItem(keys.retries(runId, 2, 0)),
      ...toItem({ lastError: { text, count: 1, attempt: 1, at: 1 } }),
    });
    expect(erasureOf(failure('ann'), 'ann')).toEqual({ kind: 'delete' });
    expect(erasureOf(failure('bob', 'ann is gone'), 'ann')).toEqual({ kind: 'none' });
    expect(erasureOf(note('404 for\nann'), 'ann')).toEqual({ kind: 'delete' });
    expect(erasureOf(note('404 for joanna'), 'ann')).toEqual({ kind: 'none' });
  });
});

describe('texts that name an object and stay', () => {
  const state = (value: unknown): Item => ({
    ...keyItem(keys.state('shop')),
    ...toItem({ state: value, scheduledTime: '2026' }),
  });
  const input: Item = { ...keyItem(keys.data(runId, 'k')), json: { S: '{"only":["a\\"b"]}' } };

  it.each([
    ['the state of the collector', state({ cursors: [{ ann: 4 }] }), 'ann'],
    ['the input or the state of a run', input, 'a"b'],
    ['a page token', manifestWith({ nextPageToken: 'after=ann' }), 'ann'],
    ['what a page carries', manifestWith({ carry: ['ann'] }), 'ann'],
    ['the error of another object', failure('bob', 'Error: ann is the owner'), 'ann'],
    ['the listed data of another object', dataItem(new Map([['bob', { name: 'ann' }]])), 'ann'],
  ])('are found in %s', (what, item, objectId) => {
    expect(mentionsIn(item, objectId)).toEqual([what]);
  });

  it('are not those in which its id is only a part of a word, a number, or a place in a list', () => {
    expect(mentionsIn(state(['x', 'joanna', 'ann-2', 17]), 'ann')).toEqual([]);
    expect(mentionsIn(state(['x', 'y', '17']), '1')).toEqual([]);
    expect(mentionsIn(manifestWith({ objects: ['ann'] }), 'ann')).toEqual([]);
  });
});
