import {
  bufferTickParams,
  countFailedRunsParams,
  handOverParams,
  leaseOf,
  setPausedParams,
  takeLeaseParams,
} from '../../../shared/aws/dynamodb/lease-store';

const request = { runId: 'c@2', scheduledTime: 't2', trigger: 'tick' } as const;
const leaseUntil = 9;

describe('the lease', () => {
  it('is taken when it is free, or mine', () => {
    const take = { request, expected: undefined, leaseUntil };
    const params = takeLeaseParams('control', 'c', take);
    expect(params).toMatchObject({
      Key: { pk: { S: 'LEASE#c' }, sk: { S: 'LEASE' } },
      UpdateExpression: 'SET #holder = :request, #leaseUntil = :leaseUntil',
      ConditionExpression:
        '(attribute_not_exists(#holder) AND (attribute_not_exists(#paused) OR #paused <> :yes)) ' +
        'OR #holder.#runId = :me',
    });
    expect(Object.keys(params.ExpressionAttributeValues ?? {})).not.toContain(':expected');
  });

  it('is taken from the holder that was expected', () => {
    const expected = { runId: 'c@1', leaseUntil: 7 };
    const params = takeLeaseParams('control', 'c', { request, expected, leaseUntil });
    expect(params.ConditionExpression).toBe(
      '(#holder.#runId = :expected AND #leaseUntil = :expectedUntil AND ' +
        '(attribute_not_exists(#paused) OR #paused <> :yes)) OR #holder.#runId = :me',
    );
    expect(params.ExpressionAttributeValues).toMatchObject({
      ':expected': { S: 'c@1' },
      ':expectedUntil': { N: '7' },
    });
  });

  it('is handed over on the condition of holder and buffered tick', () => {
    const hand = { next: request, leaseUntil };
    expect(handOverParams('control', 'c', 'c@1', hand)).toMatchObject({
      UpdateExpression: 'SET #holder = :to, #leaseUntil = :leaseUntil REMOVE #buffered',
      ConditionExpression:
        '#holder.#runId = :from AND #buffered.#runId = :next AND ' +
        '(attribute_not_exists(#paused) OR #paused <> :yes)',
    });
  });

  it('is freed on the condition that no one waits', () => {
    const params = handOverParams('control', 'c', 'c@1', { next: undefined, leaseUntil });
    expect(params).toMatchObject({
      UpdateExpression: 'REMOVE #holder, #leaseUntil, #buffered',
      ConditionExpression: '#holder.#runId = :from AND attribute_not_exists(#buffered)',
      ExpressionAttributeValues: { ':from': { S: 'c@1' } },
    });
  });

  it.each([
    [
      'take',
      takeLeaseParams('control', 'c', {
        request,
        expected: { runId: 'x', leaseUntil: 7 },
        leaseUntil,
      }),
    ],
    ['buffer', bufferTickParams('control', 'c', request, 'c@1')],
    ['hand over', handOverParams('control', 'c', 'a', { next: request, leaseUntil })],
    [
      'drop',
      handOverParams('control', 'c', 'a', { next: undefined, dropped: request, leaseUntil }),
    ],
    ['free', handOverParams('control', 'c', 'a', { next: undefined, leaseUntil })],
    ['pause', setPausedParams('control', 'c', true)],
    ['resume', setPausedParams('control', 'c', false)],
    [
      'count a failure',
      countFailedRunsParams('control', 'c', { runId: 'c@1', completedAt: 5 }, true),
    ],
    [
      'start counting anew',
      countFailedRunsParams('control', 'c', { runId: 'c@1', completedAt: 5 }, false),
    ],
  ])('%s: names and values are those used, as DynamoDB insists', (_, params) => {
    const expressions = `${params.UpdateExpression ?? ''} ${params.ConditionExpression ?? ''}`;
    const used = (pattern: RegExp) => [...new Set(expressions.match(pattern))].sort();
    expect(Object.keys(params.ExpressionAttributeNames ?? {}).sort()).toEqual(used(/#\w+/g));
    expect(Object.keys(params.ExpressionAttributeValues ?? {}).sort()).toEqual(used(/:\w+/g));
  });

  it('reads as free where there is no item', () => {
    expect(leaseOf({})).toEqual({
      holder: undefined,
      leaseUntil: undefined,
      buffered: undefined,
      paused: false,
      failedRuns: 0,
    });
  });
});
