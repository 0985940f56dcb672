import { batchGetParams } from '../../../shared/aws/dynamodb/batch-read';
import { batchesOf, batchWriteParams } from '../../../shared/aws/dynamodb/batch-write';
import {
  failureItems,
  failuresParams,
  manifestItem,
  manifestOf,
} from '../../../shared/aws/dynamodb/page-store';
import {
  changeExpiryParams,
  previousParams,
  recordItems,
  saveDistinctParams,
} from '../../../shared/aws/dynamodb/record-store';

const run = { collector: 'c', runId: 'c@1' };
const record = (objectId: string, index: number) => ({
  objectId,
  page: 3,
  index,
  record: { index },
});
const itemOf = (id: string, index: number) => ({
  pk: { S: `c#${id}` },
  sk: { S: 'c@1' },
  page: { N: '3' },
  index: { N: String(index) },
  record: { M: { index: { N: String(index) } } },
  expiresAt: { N: '9' },
});

describe('records', () => {
  it('are one put a key: of two, the last, which stands for both', () => {
    const { items, indexes } = recordItems(
      run,
      [record('a', 0), record('b', 1), record('a', 2)],
      9,
    );
    expect(items).toEqual([itemOf('a', 2), itemOf('b', 1)]);
    expect([...indexes.values()]).toEqual([[0, 2], [1]]);
  });

  it('are put in batches', () => {
    expect(batchWriteParams('records', [itemOf('a', 0)])).toEqual({
      RequestItems: { records: [{ PutRequest: { Item: itemOf('a', 0) } }] },
    });
  });

  it('fill batches of 25', () => {
    const items = Array.from({ length: 51 }, (_, at) => itemOf('a', at));
    expect(batchesOf(items).map((batch) => batch.length)).toEqual([25, 25, 1]);
    expect(batchesOf(items).flat()).toEqual(items);
    expect(batchesOf([])).toEqual([]);
  });

  it('fill batches of 16 MB at most', () => {
    const items = Array.from({ length: 25 }, () => ({ a: { S: 'x'.repeat(390_000) } }));
    for (const batch of batchesOf(items)) {
      expect(JSON.stringify(batchWriteParams('records', batch)).length).toBeLessThan(16_000_000);
    }
    expect(batchesOf(items).length).toBeLessThanOrEqual(5);
  });

  it('are put for the first member of a run only, where objects are distinct', () => {
    expect(saveDistinctParams('records', run, record('a', 1), 9)).toEqual({
      TableName: 'records',
      Item: itemOf('a', 1),
      ConditionExpression: 'attribute_not_exists(pk) OR (#page = :page AND #index = :index)',
      ExpressionAttributeNames: { '#page': 'page', '#index': 'index' },
      ExpressionAttributeValues: { ':page': { N: '3' }, ':index': { N: '1' } },
    });
  });

  it('are put without expiry while they are the last of their object', () => {
    const { expiresAt: _, ...lasting } = itemOf('a', 0);
    const { items } = recordItems(run, [{ ...record('a', 0), lasting: true }], 9);
    expect(items).toEqual([lasting]);
  });

  it('change their expiry where they are as expected', () => {
    const change = (kind: 'renew' | 'expire' | 'keep') =>
      changeExpiryParams('records', { collector: 'c', objectId: 'a' }, 'c@1', {
        kind,
        expiresAt: 9,
      });
    const item = { TableName: 'records', Key: { pk: { S: 'c#a' }, sk: { S: 'c@1' } } };
    const set = {
      UpdateExpression: 'SET expiresAt = :expiresAt',
      ExpressionAttributeValues: { ':expiresAt': { N: '9' } },
    };
    expect(change('renew')).toEqual({
      ...item,
      ...set,
      ConditionExpression: 'expiresAt <= :expiresAt',
    });
    expect(change('expire')).toEqual({
      ...item,
      ...set,
      ConditionExpression:
        'attribute_exists(pk) AND (attribute_not_exists(expiresAt) OR expiresAt = :expiresAt)',
    });
    expect(change('keep')).toEqual({
      ...item,
      UpdateExpression: 'REMOVE expiresAt',
      ConditionExpression: 'attribute_exists(pk)',
    });
  });

  it('are read consistently', () => {
    expect(batchGetParams('records', [{ pk: 'a', sk: 'b' }])).toEqual({
      RequestItems: {
        records: { Keys: [{ pk: { S: 'a' }, sk: { S: 'b' } }], ConsistentRead: true },
      },
    });
    expect(previousParams('records', run, 'a')).toMatchObject({
      KeyConditionExpression: 'pk = :pk AND sk < :sk',
      ExpressionAttributeValues: { ':pk': { S: 'c#a' }, ':sk': { S: run.runId } },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    });
  });
});

describe('pages', () => {
  it('have a manifest beside their node', () => {
    const manifest = { objects: ['a'], listing: 'complete', nextPageToken: undefined } as const;
    expect(manifestItem('r', 3, manifest, 9)).toEqual({
      pk: { S: 'r#P3' },
      sk: { S: 'MANIFEST' },
      objects: { L: [{ S: 'a' }] },
      listing: { S: 'complete' },
      expiresAt: { N: '9' },
    });
  });

  it('have their ids deflated in a manifest of one write unit, which older releases did not', () => {
    const objects = Array.from({ length: 100 }, (_, at) => `resource-${40_000 + at}`);
    const manifest = { objects, listing: 'complete' } as const;
    const item = manifestItem('r', 3, manifest, 9);
    expect(item).not.toHaveProperty('objects');
    expect(item['ids']?.B?.length).toBeLessThan(500);
    expect(manifestOf(item)).toEqual(manifest);
    const { ids: _, ...rest } = item;
    const older = { ...rest, objects: { L: objects.map((id) => ({ S: id })) } };
    expect(manifestOf(older)).toEqual(manifest);
  });

  it('keep ids as they are that do not become smaller', () => {
    const objects = Array.from({ length: 40 }, (_, at) =>
      String.fromCodePoint(
        ...Array.from({ length: 8 }, (__, n) => 0x10000 + ((7919 * (8 * at + n)) % 50_000)),
      ),
    );
    expect(manifestOf(manifestItem('r', 3, { objects, listing: 'complete' }, 9)).objects).toEqual(
      objects,
    );
  });

  it('have an item for each failure', () => {
    const failure = (error: string) => ({ index: 7, objectId: 'a', error, attempts: 2 });
    expect(failureItems('r', 3, [failure('x'), failure('y')], 9)).toEqual([
      {
        pk: { S: 'r#P3' },
        sk: { S: 'FAILURE#7' },
        index: { N: '7' },
        objectId: { S: 'a' },
        error: { S: 'y' },
        attempts: { N: '2' },
        expiresAt: { N: '9' },
      },
    ]);
    expect(failuresParams('control', 'r', 3).ExpressionAttributeValues).toEqual({
      ':pk': { S: 'r#P3' },
      ':prefix': { S: 'FAILURE#' },
    });
  });
});
