import {
  beginCompletionParams,
  finishParams,
  progressParams,
  redrivenByParams,
} from '../../../shared/aws/dynamodb/completion-store';
import { toItem, type Item } from '../../../shared/aws/dynamodb/attributes';
import { runItem, runOf } from '../../../shared/aws/dynamodb/run-item';
import {
  activeParams,
  newestRunsParams,
  putStateParams,
} from '../../../shared/aws/dynamodb/run-store';
import { noCounts, type Run } from '../../../shared/core/run';
import { parseSettings } from '../../../shared/environment';

const run: Run = {
  runId: 'c@t',
  scheduledTime: 't',
  trigger: 'tick',
  collector: 'c',
  status: 'RUNNING',
  generation: 2,
  v: 1,
  startedAt: 1,
  deadline: 2,
  settings: { ...parseSettings({}), attempts: 5, maxPages: 1, distinct: 'page' },
};
const Key = { pk: { S: 'COLLECTOR#c' }, sk: { S: 'RUN#c@t' } };

describe("a run's item", () => {
  it('holds the run, its keys and its expiry', () => {
    const item = runItem(run, 99);
    expect(item).toMatchObject({ ...Key, status: { S: 'RUNNING' }, expiresAt: { N: '99' } });
    expect(runOf(item)).toEqual(run);
  });
});

describe('the status', () => {
  it('becomes COMPLETING from RUNNING, or goes on', () => {
    const result = { counts: noCounts, totals: {} };
    const completion = { messageId: 'm', reason: 'done', result, now: 5, until: 9 } as const;
    const params = beginCompletionParams('control', run, completion);
    expect(params).toMatchObject({
      Key,
      UpdateExpression:
        'SET #status = :completing, #completedBy = :me, #completingUntil = :until, ' +
        '#completingSince = if_not_exists(#completingSince, :now), ' +
        '#reason = if_not_exists(#reason, :reason), #result = if_not_exists(#result, :result)',
      ConditionExpression:
        '#status = :running OR ' +
        '(#status = :completing AND (#completedBy = :me OR #completingUntil < :now))',
    });
    expect(params.ExpressionAttributeValues).toMatchObject({
      ':me': { S: 'm' },
      ':now': { N: '5' },
      ':until': { N: '9' },
    });
  });

  it('becomes final for the message that holds it', () => {
    const end = { status: 'PARTIAL', completedAt: 7 } as const;
    expect(finishParams('control', run, 'm', end)).toEqual({
      TableName: 'control',
      Key,
      UpdateExpression: 'SET #status = :status, #completedAt = :completedAt',
      ConditionExpression: '#status = :completing AND #completedBy = :me',
      ExpressionAttributeNames: {
        '#status': 'status',
        '#completedAt': 'completedAt',
        '#completedBy': 'completedBy',
      },
      ExpressionAttributeValues: {
        ':status': { S: 'PARTIAL' },
        ':completedAt': { N: '7' },
        ':completing': { S: 'COMPLETING' },
        ':me': { S: 'm' },
      },
    });
  });
});

describe('progress', () => {
  const progress = { at: 10, settled: 1, movedAt: 9, generation: 3 };

  it('is written first where there was none', () => {
    const { ConditionExpression, ExpressionAttributeNames } = progressParams(
      'control',
      run,
      progress,
    );
    expect(ConditionExpression).toBe(
      '#generation = :seenGeneration AND attribute_not_exists(#progress)',
    );
    expect(ExpressionAttributeNames).toEqual({
      '#progress': 'progress',
      '#generation': 'generation',
    });
  });

  it('is written over what was seen', () => {
    const seen = { ...run, progress: { ...progress, at: 4 } };
    const params = progressParams('control', seen, progress);
    expect(params.ConditionExpression).toBe(
      '#generation = :seenGeneration AND #progress.#at = :seenAt',
    );
    expect(params.ExpressionAttributeValues).toMatchObject({
      ':seenAt': { N: '4' },
      ':seenGeneration': { N: '2' },
      ':generation': { N: '3' },
    });
  });
});

describe('the totals of a run that has ended', () => {
  const withTotals = (totals: object): Item => ({
    ...runItem(run, 99),
    result: { M: toItem({ counts: noCounts, totals }) },
  });

  it('read exactly', () => {
    const totals = { huge: 10n ** 37n - 1n, cents: -(2n ** 53n) - 1n };
    expect(runOf(withTotals(totals)).result?.totals).toEqual(totals);
  });

  it('read as the release before wrote them', () => {
    const numbers = withTotals({ cents: 12, none: 0, large: 2 ** 60, larger: 1e21 });
    expect(runOf(numbers).result?.totals).toEqual({
      cents: 12n,
      none: 0n,
      large: 1_152_921_504_606_847_000n,
      larger: 10n ** 21n,
    });
  });
});

describe('what else is kept of runs', () => {
  it('is not written to a run that is not there', () => {
    expect(redrivenByParams('control', run, 'x').ConditionExpression).toBe('attribute_exists(pk)');
  });

  it('is queried consistently', () => {
    expect(newestRunsParams('control', 'c', 5)).toMatchObject({
      ExpressionAttributeValues: { ':pk': { S: 'COLLECTOR#c' }, ':prefix': { S: 'RUN#' } },
      ScanIndexForward: false,
      Limit: 5,
      ConsistentRead: true,
    });
    expect(activeParams('control', 'c')).toMatchObject({
      ExpressionAttributeValues: { ':pk': { S: 'ACTIVE#c' } },
      ConsistentRead: true,
    });
  });

  it('is the state of the latest scheduled time', () => {
    expect(putStateParams('control', 'c', { scheduledTime: 't', state: { a: 1 } }, 'u')).toEqual({
      TableName: 'control',
      Item: {
        pk: { S: 'COLLECTOR#c' },
        sk: { S: 'STATE' },
        scheduledTime: { S: 't' },
        state: { M: { a: { N: '1' } } },
      },
      ConditionExpression: 'attribute_not_exists(pk) OR #time <= :time OR #time > :latest',
      ExpressionAttributeNames: { '#time': 'scheduledTime' },
      ExpressionAttributeValues: { ':time': { S: 't' }, ':latest': { S: 'u' } },
    });
  });
});
