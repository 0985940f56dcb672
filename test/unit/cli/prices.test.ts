import { costOf, costOfRun, prices } from '../../../cli/plan/prices';

const nothing = {
  sqsRequests: 0,
  lambdaRequests: 0,
  waitingGbSeconds: 0,
  otherGbSeconds: 0,
  controlWriteUnits: 0,
  recordWriteUnits: 0,
  readUnits: 0,
  schedulerInvocations: 0,
  events: 0,
};

describe('prices', () => {
  it.each(Object.entries(prices))('%s has a source and a date', (_, { usd, per, source, asOf }) => {
    expect(usd / per).toBeGreaterThan(0);
    expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
    expect(asOf).toBe(new Date(asOf).toISOString().slice(0, 10));
  });

  it('are for so many units', () => {
    expect(costOf('sqsRequest', 1_000_000)).toBeCloseTo(0.4);
    expect(costOf('dashboard', 2)).toBe(6);
  });
});

describe('the cost of a run', () => {
  it('is nothing for nothing', () => {
    expect(costOfRun(nothing)).toEqual({ orchestration: 0, waiting: 0, records: 0, total: 0 });
  });

  it.each([
    ['sqsRequests', 'sqsRequest'],
    ['lambdaRequests', 'lambdaRequest'],
    ['otherGbSeconds', 'lambdaArmGbSecond'],
    ['controlWriteUnits', 'dynamodbWriteUnit'],
    ['readUnits', 'dynamodbReadUnit'],
    ['schedulerInvocations', 'schedulerInvocation'],
    ['events', 'eventBridgeEvent'],
  ] as const)('counts %s to the orchestration', (used, priced) => {
    const { orchestration, total } = costOfRun({ ...nothing, [used]: 1_000_000 });
    expect(orchestration).toBeCloseTo(costOf(priced, 1_000_000), 10);
    expect(total).toBe(orchestration);
  });

  it('keeps records and waiting apart from the rest', () => {
    const { orchestration, waiting, records, total } = costOfRun({
      ...nothing,
      sqsRequests: 1_000_000,
      waitingGbSeconds: 100_000,
      recordWriteUnits: 1_000_000,
    });
    expect(orchestration).toBeCloseTo(0.4);
    expect(waiting).toBeCloseTo(1.33334);
    expect(records).toBeCloseTo(0.625);
    expect(total).toBeCloseTo(0.4 + 1.33334 + 0.625);
  });
});
