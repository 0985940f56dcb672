import { RemovalPolicy } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { resourceOf, resourcesOf, templateOf } from './synth';

const tablesOf = (template: Template) =>
  Object.values(resourcesOf(template, 'AWS::DynamoDB::Table'));

describe('the tables', () => {
  const tables = tablesOf(templateOf());

  it('are two, keyed by pk and sk, without index or stream', () => {
    expect(tables).toHaveLength(2);
    for (const { Properties } of tables) {
      expect(Properties['KeySchema']).toEqual([
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ]);
      expect(Properties).not.toHaveProperty('GlobalSecondaryIndexes');
      expect(Properties).not.toHaveProperty('StreamSpecification');
    }
  });

  it('are paid by use, encrypted, restorable, and forget by expiresAt', () => {
    for (const { Properties } of tables) {
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      });
    }
  });

  it('are warmed for the load that is asked for, each by its name', () => {
    const warm = { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 40_000 };
    const template = templateOf({ warmThroughput: { record: warm } });
    const warmthOf = (part: string) =>
      resourceOf(template, 'AWS::DynamoDB::Table', part).Properties['WarmThroughput'];
    expect(warmthOf('Record')).toEqual({ ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 40_000 });
    expect(warmthOf('Control')).toBeUndefined();
  });

  const fateOf = (template: Template) =>
    tablesOf(template).map(({ DeletionPolicy }) => DeletionPolicy as string);

  it('outlive the stack by default', () => {
    expect(fateOf(templateOf())).toEqual(['Retain', 'Retain']);
  });

  it('go with the stack when that is asked for, by prop or context', () => {
    expect(fateOf(templateOf({ removalPolicy: RemovalPolicy.DESTROY }))).toEqual([
      'Delete',
      'Delete',
    ]);
    expect(fateOf(templateOf({}, { removalPolicy: 'destroy' }))).toEqual(['Delete', 'Delete']);
  });

  it('are never named by us, so that two stacks do not collide', () => {
    for (const { Properties } of tables) expect(Properties).not.toHaveProperty('TableName');
  });
});
