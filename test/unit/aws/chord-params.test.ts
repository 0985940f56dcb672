import {
  extendParams,
  nodeOf,
  openParams,
  openSettledParams,
  settleParams,
} from '../../../shared/aws/dynamodb/chord-store';
import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import {
  branchNode,
  combine,
  pageNode,
  runNode,
  updatesOf,
  type Settlement,
} from '../../../shared/core/chord';
import { limits } from '../../../shared/core/limits';
import { noCounts, type Counts } from '../../../shared/core/run';

const settlement: Settlement = {
  members: [1],
  counts: noCounts,
  totals: {},
  failedMembers: [],
};

const upTo = (count: number): number[] => Array.from({ length: count }, (_, member) => member);

describe('settling', () => {
  it('is one update, on the condition that every member is still pending', () => {
    const counts = { ...noCounts, saved: 1, failed: 1 };
    const totals = { cents: 5n };
    const params = settleParams('control', pageNode('r', 2), {
      members: [1, 7],
      counts,
      totals,
      failedMembers: [7],
    });
    expect(params).toEqual({
      TableName: 'control',
      Key: { pk: { S: 'r#P2' }, sk: { S: 'CHORD' } },
      UpdateExpression: 'DELETE #p :p ADD #a0 :a0,#a1 :a1,#a2 :a2,#a3 :a3',
      ConditionExpression: 'contains(#p,:m0) AND contains(#p,:m1)',
      ExpressionAttributeNames: {
        '#p': 'pending',
        '#a0': 'saved',
        '#a1': 'failed',
        '#a2': 'failedMembers',
        '#a3': 't_cents',
      },
      ExpressionAttributeValues: {
        ':p': { NS: ['1', '7'] },
        ':m0': { N: '1' },
        ':m1': { N: '7' },
        ':a0': { N: '1' },
        ':a1': { N: '1' },
        ':a2': { NS: ['7'] },
        ':a3': { N: '5' },
      },
    });
  });

  it('adds nothing where there is nothing to add: DynamoDB has no empty sets', () => {
    expect(settleParams('control', pageNode('r', 2), settlement).UpdateExpression).toBe(
      'DELETE #p :p',
    );
  });

  it.each([
    ['every total of a run in each object', (): number[] => upTo(limits.totalNames)],
    ['one total in each object', (at: number): number[] => [at % limits.totalNames]],
    ['no totals', (): number[] => []],
  ])("stays within DynamoDB's 4 KB an expression and 300 operators with %s", (_, totalsOf) => {
    const outcomes = new Map(
      upTo(limits.objectsPerPage).map((member) => {
        const names = totalsOf(member).map((at) => String(at).padEnd(limits.totalNameLength, 'x'));
        const totals = Object.fromEntries(names.map((name) => [name, 1n]));
        return [member, { counts: oneOfEach, totals }];
      }),
    );
    const updates = [...updatesOf(outcomes)];
    expect(updates.flatMap((update) => [...update.keys()])).toEqual(upTo(limits.objectsPerPage));
    for (const update of updates) {
      for (const node of [pageNode('r', 0), branchNode('r', 0), runNode('r')]) {
        expectToFit(settleParams('control', node, combine(update)));
      }
    }
  });

  it('settles a node below whose totals alone are as many as a run may have', () => {
    const totals = Object.fromEntries(upTo(limits.totalNames).map((at) => [String(at), 1n]));
    expect([...updatesOf(new Map([[0, { counts: oneOfEach, totals }]]))]).toHaveLength(1);
  });
});

const oneOfEach: Counts = {
  listed: 1,
  saved: 1,
  unchanged: 1,
  duplicates: 1,
  failed: 1,
  retried: 1,
  pending: 0,
  unlistedPages: 1,
};

function expectToFit(params: UpdateItemCommandInput): void {
  const { UpdateExpression = '', ConditionExpression = '' } = params;
  expect(UpdateExpression.length).toBeLessThanOrEqual(4_096);
  expect(ConditionExpression.length).toBeLessThanOrEqual(4_096);
  const operators = [
    ...(ConditionExpression.match(/contains|AND/g) ?? []),
    ...(UpdateExpression.match(/#/g) ?? []),
  ];
  expect(operators.length).toBeLessThanOrEqual(limits.operatorsPerUpdate);
  const used = [...Object.keys(params.ExpressionAttributeNames ?? {})];
  for (const name of used) {
    expect(`${UpdateExpression} ${ConditionExpression}`).toMatch(new RegExp(`${name}\\b`));
    expect(name.length).toBeLessThan(256);
  }
}

describe('the first settle of a page', () => {
  const opening = { size: 4, expiresAt: 9 };
  const counts = { ...noCounts, saved: 1, failed: 1 };

  it('is one update of an absent node, with the other members pending', () => {
    const first = { members: [0, 3], counts, totals: { cents: 5n }, failedMembers: [3] };
    expect(openSettledParams('control', pageNode('r', 2), first, opening)).toEqual({
      TableName: 'control',
      Key: { pk: { S: 'r#P2' }, sk: { S: 'CHORD' } },
      UpdateExpression: 'SET #s0=:s0,#s1=:s1,#s2=:s2,#s3=:s3 ADD #a0 :a0,#a1 :a1,#a2 :a2,#a3 :a3',
      ConditionExpression: 'attribute_not_exists(pk)',
      ExpressionAttributeNames: {
        ...{ '#s0': 'size', '#s1': 'opened', '#s2': 'pending', '#s3': 'expiresAt' },
        ...{ '#a0': 'saved', '#a1': 'failed', '#a2': 'failedMembers', '#a3': 't_cents' },
      },
      ExpressionAttributeValues: {
        ...{ ':s0': { N: '4' }, ':s1': { N: '3' }, ':s2': { NS: ['1', '2'] }, ':s3': { N: '9' } },
        ...{ ':a0': { N: '1' }, ':a1': { N: '1' }, ':a2': { NS: ['3'] }, ':a3': { N: '5' } },
      },
    });
  });

  it('leaves the pending members out where it settles all: DynamoDB has no empty sets', () => {
    const all = { ...settlement, members: upTo(4) };
    const { ExpressionAttributeNames } = openSettledParams(
      'control',
      pageNode('r', 2),
      all,
      opening,
    );
    expect(Object.values(ExpressionAttributeNames ?? {})).toEqual(['size', 'opened', 'expiresAt']);
  });

  it('fits into an expression with as many totals as a run may have', () => {
    const totals = Object.fromEntries(upTo(limits.totalNames).map((at) => [String(at), 1n]));
    const most = { members: upTo(100), counts: oneOfEach, totals, failedMembers: [1] };
    expectToFit(openSettledParams('control', pageNode('r', 0), most, { ...opening, size: 1_000 }));
  });
});

describe('opening', () => {
  it('puts the node if it is absent', () => {
    expect(openParams('control', runNode('r'), [0, 2], { expiresAt: 9 })).toEqual({
      TableName: 'control',
      Item: {
        pk: { S: 'r' },
        sk: { S: 'CHORD' },
        size: { N: '2' },
        opened: { N: '2' },
        pending: { NS: ['0', '2'] },
        expiresAt: { N: '9' },
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  });

  it('leaves an empty set out', () => {
    const { Item } = openParams('control', branchNode('r', 1), [], { expiresAt: 9 });
    expect(Item).toEqual({
      pk: { S: 'r#B1' },
      sk: { S: 'CHORD' },
      size: { N: '0' },
      opened: { N: '-1' },
      expiresAt: { N: '9' },
    });
  });
});

it('extends below the high-water mark only', () => {
  expect(extendParams('control', branchNode('r', 0), 5)).toMatchObject({
    UpdateExpression: 'ADD #pending :members, #size :one SET #opened = :member',
    ConditionExpression: '#opened < :member',
    ExpressionAttributeValues: {
      ':members': { NS: ['5'] },
      ':member': { N: '5' },
      ':one': { N: '1' },
    },
  });
});

it('reads the numbers of a set in order, whatever order DynamoDB has them in', () => {
  const node = nodeOf(pageNode('r', 0), {
    size: { N: '3' },
    opened: { N: '10' },
    pending: { NS: ['10', '9', '1'] },
  });
  expect(node.pending).toEqual([1, 9, 10]);
});
