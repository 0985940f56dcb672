import { idleMonthUsd } from '../../../cli/plan/idle';
import { plan, type PlanInput } from '../../../cli/plan/plan';
import { simulate } from '../../../cli/plan/simulate';
import { usageOf } from '../../../cli/plan/usage';
import { awsPlatform, embeddedPlatform, type Workload } from '../../../cli/plan/workload';
import { parseSettings, type SettingsInput } from '../../../shared/environment';

/** Bytes of a record's item besides the id and the record. */
const recordKeyBytes = 117;

const post: Workload = {
  ...{ objects: 2_000, pageSize: 100, numbered: false },
  ...{ pageSeconds: 0.5, fetchSeconds: [0.25, 0.75], crunchSeconds: 2 },
  ...{ failureRate: 0, attempts: 5, idBytes: 15, recordBytes: 120 },
  ...{ listing: 'all', handsOnState: true },
};

const input = (
  workload: Partial<Workload> = {},
  settings: SettingsInput = {},
  further: Partial<PlanInput> = {},
): PlanInput => ({
  workload: { ...post, ...workload },
  settings: parseSettings(settings),
  platform: awsPlatform,
  periodSeconds: 3_600,
  instances: { count: 3, hourUsd: 0.0816, processes: 14 },
  ...further,
});

const usage = (given: PlanInput) =>
  usageOf(simulate(given.workload, given.settings, given.platform).shape);

const embedded = { platform: { ...embeddedPlatform, concurrency: 200 } };

describe('the requests of a run without failures', () => {
  // What `npm start -- --report` counted for the same workloads.
  it('are those that were counted for the post’s workload', () => {
    const planned = usage(input({}, {}, embedded));
    expect(planned.sqs).toMatchObject({ SendMessageBatch: 22, DeleteMessageBatch: 22 });
    expect(planned.dynamodb).toEqual({
      ...{ GetItem: 42, Query: 1, PutItem: 26, UpdateItem: 69, BatchWriteItem: 80, DeleteItem: 1 },
    });
    expect(planned.lambda).toEqual({ start: 1, page: 1, object: 20, callback: 1 });
    expect(planned.writeUnits).toEqual({ control: 96, records: 2_000 });
  });

  it('are those that were counted for small pages and messages', () => {
    const planned = usage(input({ objects: 21, pageSize: 7 }, { objectsPerMessage: 2 }, embedded));
    expect(planned.sqs).toEqual({ SendMessageBatch: 5, ReceiveMessage: 5, DeleteMessageBatch: 5 });
    expect(planned.dynamodb).toEqual({
      ...{ GetItem: 18, Query: 1, PutItem: 9, UpdateItem: 18, BatchWriteItem: 3, DeleteItem: 1 },
    });
    expect(planned.writeUnits).toEqual({ control: 28, records: 21 });
  });

  it('count the look at the records of each object where changes are listed', () => {
    const planned = usage(input({ listing: 'changes' }, {}, embedded));
    expect(planned.dynamodb).toEqual({
      ...{ GetItem: 42, Query: 4_000, PutItem: 26, UpdateItem: 2_069 },
      ...{ BatchWriteItem: 80, DeleteItem: 1 },
    });
    expect(planned.writeUnits).toEqual({ control: 96, records: 4_000 });
    expect(planned.readUnits).toBe(42 + 4_000);
  });

  it('count the pages of several branches', () => {
    const planned = usage(input({ objects: 30_000 }, {}, embedded));
    // 300 pages on two branches, listed by five invocations: manifests, branch and run nodes, run, its start, active run, state.
    expect(planned.dynamodb.PutItem).toBe(300 + 2 + 1 + 3 + 1);
    expect(planned.dynamodb.UpdateItem).toBe(3 + 299 + 300 + 300 + 2 + 4 + 1 + 5);
  });
});

describe('a run that the write throughput of its table bounds', () => {
  const large = { objects: 400_000, pageSize: 1_000, numbered: true, crunchSeconds: 0 };

  it('takes as long as its write units do, with the keys of each record', () => {
    const wallOf = (recordBytes: number) =>
      simulate({ ...post, ...large, recordBytes }, parseSettings({}), awsPlatform).wallSeconds;
    expect(wallOf(800)).toBeGreaterThan(100);
    // 1,000 bytes and their keys are more than 1 KB: two write units.
    expect(wallOf(1_000)).toBeGreaterThan(200);
  });

  it('is warned about', () => {
    const warned = (given: PlanInput) =>
      plan(given).warnings.filter((warning) => warning.includes('write throughput'));
    expect(warned(input(large))).toEqual([
      expect.stringMatching(/400,000 write units take 100 s at the 4,000 a second/),
    ]);
    expect(warned(input())).toEqual([]);
  });
});

describe('the time of a run', () => {
  const wall = (given: PlanInput) =>
    simulate(given.workload, given.settings, given.platform).wallSeconds;

  it('is the listing, the slower call and the work, and little more', () => {
    expect(wall(input())).toBeGreaterThan(12.75);
    expect(wall(input())).toBeLessThan(12.75 * 1.25);
    expect(wall(input({ numbered: true }))).toBeLessThan(3.25 * 2);
  });

  it('of a source with a limit has messages that come at their turns, and the writes that reserve them', () => {
    const work = { objects: 1_000, fetchSeconds: [0.05], crunchSeconds: 0, numbered: true };
    const limited = plan(input({ ...work, sourceRequestsPerSecond: 20 }));
    expect(limited.wallSeconds).toBeGreaterThan(1_000 / 20);
    expect(limited.wallSeconds).toBeLessThan(1.1 * (1_000 / 20));
    // A message of 40 takes two seconds of the source: it is delivered alone, and reserves time three times.
    const messages = 10 * 3;
    const { sqs, lambda } = limited.requests;
    expect(lambda.object).toBe(messages);
    expect(sqs.ReceiveMessage + sqs.DeleteMessageBatch).toBe(2 * (messages + 2));
    const free = plan(input(work));
    const more = limited.writeUnits.control - free.writeUnits.control;
    expect(more).toBeGreaterThanOrEqual(10 * (3 + 3 + 2));
    expect(more).toBeLessThan(1.5 * 10 * (3 + 3 + 2));
  });

  it('of a source with a limit lists pages by token no further ahead than half a minute', () => {
    const work = { objects: 2_000, fetchSeconds: [0.05], crunchSeconds: 0 };
    const { lambda } = plan(input({ ...work, sourceRequestsPerSecond: 20 })).requests;
    expect(lambda.page).toBeGreaterThan(3);
    expect(lambda.page).toBeLessThan(10);
  });

  it('is that of the account’s concurrency, the source’s limits, the pace and the table', () => {
    const many = { objects: 40_000, numbered: true };
    const free = wall(input(many));
    const narrow = { ...awsPlatform, concurrency: 4 };
    expect(wall(input(many, {}, { platform: narrow }))).toBeGreaterThan(2 * free);
    expect(wall(input({ ...many, sourceRequestsPerSecond: 400 }))).toBeGreaterThan(200);
    expect(wall(input({ ...many, sourceConcurrency: 100 }))).toBeGreaterThan(400);
    expect(wall(input(many, { objectsPerSecond: 100 }))).toBeGreaterThan(399);
    const slowTable = { ...awsPlatform, tableWriteUnitsPerSecond: 100 };
    expect(wall(input(many, {}, { platform: slowTable }))).toBeGreaterThan(400);
  });

  it('grows with failures, each of which waits for its next attempt', () => {
    const given = input({ failureRate: 0.05 });
    const { retried, failed, wallSeconds } = simulate(
      given.workload,
      given.settings,
      given.platform,
    );
    expect(retried).toBeGreaterThan(60);
    expect(retried).toBeLessThan(160);
    expect(failed).toBe(0);
    expect(wallSeconds).toBeGreaterThan(wall(input()) + 2.75);
  });

  it('simulates ten million objects', () => {
    expect(wall(input({ objects: 10_000_000, pageSize: 1_000, numbered: true }))).toBeGreaterThan(
      2_500,
    );
  });
});

describe('a plan', () => {
  it('says what a poll costs, beside four other ways', () => {
    const { costUsd, alternatives, warnings, outlastsPeriod } = plan(input());
    expect(warnings).toEqual([]);
    expect(outlastsPeriod).toBe(false);
    expect(costUsd.run).toBeCloseTo(costUsd.orchestration + costUsd.waiting + costUsd.records, 10);
    expect(costUsd.month).toBeCloseTo(costUsd.run * 730 + costUsd.idleMonth, 6);
    expect(costUsd.idleMonth).toBe(idleMonthUsd());
    // A run an hour for 90 days; little is kept besides the records.
    const { idBytes, recordBytes } = input().workload;
    const { storage, recovery, logs, metrics } = costUsd.keptMonth;
    const records = (2_160 * 2_000 * (recordKeyBytes + idBytes + recordBytes)) / 1e9;
    expect(storage / 0.25).toBeGreaterThan(records);
    expect(storage / 0.25).toBeLessThan(1.2 * records);
    expect(recovery).toBeCloseTo(0.8 * storage, 10);
    expect(logs).toBeGreaterThan(0);
    expect(metrics).toBeCloseTo(0.9, 10);
    const limited = plan(input({ sourceRequestsPerSecond: 20 })).costUsd.keptMonth;
    expect(limited.metrics).toBeCloseTo(1.2, 10);
    expect(alternatives.map(({ name }) => name)).toEqual([
      'Step Functions Distributed Map',
      'Lambda durable functions',
      'One Lambda in series',
      'Celery on instances',
    ]);
    // The post: almost two hours, and seven minutes.
    expect(alternatives[2]!.wallSeconds).toBe(20 * 0.5 + 2_000 * 3);
    expect(alternatives[3]!.wallSeconds / 60).toBeCloseTo(7.3, 1);
  });

  it('says how long a poll takes and what it costs where SQS hands out single messages', () => {
    const parallel = input({ numbered: true });
    const { wallSeconds, costUsd, singleMessages } = plan(parallel);
    expect(singleMessages.wallSeconds).toBeGreaterThan(1.5 * wallSeconds);
    expect(singleMessages.costUsd).toBeGreaterThan(1.5 * costUsd.run);
    // A page in a message: there is nothing to split.
    const whole = plan(input({ pageSize: 40 }));
    expect(whole.singleMessages.costUsd).toBeLessThan(1.05 * whole.costUsd.run);
  });

  it('warns of a poll that outlasts its period, and tells the backlog', () => {
    const { outlastsPeriod, backlogAtNextTick, warnings } = plan(
      input({ objects: 20_000 }, {}, { periodSeconds: 60 }),
    );
    expect(outlastsPeriod).toBe(true);
    expect(backlogAtNextTick).toBeGreaterThan(8_000);
    expect(backlogAtNextTick).toBeLessThan(20_000);
    expect(warnings[0]).toMatch(
      /^a poll outlasts the period: .* overlap skip leaves out \d of every/,
    );
  });

  it.each([
    [
      'account',
      input(
        { objects: 40_000, numbered: true },
        {},
        { platform: { ...awsPlatform, concurrency: 10 } },
      ),
      /account's 10 concurrent executions bind/,
    ],
    [
      'descriptors',
      input({ fetchSeconds: [1, 1, 1] }),
      /descriptors bind: 3 fetchers of 400 objects/,
    ],
    [
      'requests at once',
      input({ sourceConcurrency: 50 }),
      /requests at once at the source, which takes 50/,
    ],
    [
      'requests a second',
      input({ sourceRequestsPerSecond: 10 }),
      /5\.0 objects a second: declare .* requestsPerSecond: 10 \}/,
    ],
    ['pages', input({ objects: 2_000_000 }), /20,000 pages, and a run has at most 10,000/],
    ['timeout', input({ crunchSeconds: 130 }), /objectTimeout's 120 s/],
    ['deadline', input({}, { runDeadlineSeconds: 5 }), /reaches runDeadline \(5 s\)/],
    ['failures', input({ failureRate: 0.5, attempts: 2 }), /fail in all their attempts/],
  ])('warns where a limit binds: %s', (_, given, warning) => {
    expect(plan(given).warnings).toContainEqual(expect.stringMatching(warning));
  });

  it('recommends settings that the source bears', () => {
    const { recommended } = plan(input({ objects: 50_000, sourceConcurrency: 800 }));
    const { maxConcurrency, objectsPerMessage, batchSize } = recommended;
    expect(objectsPerMessage).toBeLessThanOrEqual(100);
    expect(maxConcurrency * Math.min(100, objectsPerMessage * batchSize) * 2).toBeLessThanOrEqual(
      800,
    );
  });
});
