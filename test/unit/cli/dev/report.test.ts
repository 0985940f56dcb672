import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { criticalPathSeconds } from '../../../../cli/dev/critical-path';
import { faultOfReportFile, reportOf, writeReport } from '../../../../cli/dev/report';
import { outcomeWith } from './outcomes';

describe('the report of a run', () => {
  it('holds totals beyond 2^53 in decimal digits too', () => {
    const { totals, exactTotals } = reportOf(outcomeWith({ totals: { cents: 2n ** 53n + 1n } }));
    expect({ totals, exactTotals }).toEqual({
      totals: { cents: 2 ** 53 },
      exactTotals: { cents: '9007199254740993' },
    });
  });

  it('holds what a program asks for, and nothing else', () => {
    expect(reportOf(outcomeWith())).toEqual({
      runId: 'resources@2026-11-22T23:00:00.000Z~m1',
      status: 'SUCCEEDED',
      source: null,
      sourceCalls: null,
      collector: 'resources',
      pages: 20,
      objects: 2_000,
      saved: 2_000,
      failed: 0,
      callbacks: 1,
      totals: { revenueCents: 10_068_900, orders: 7_997 },
      wallSeconds: 13.2,
      limitSeconds: 12.75,
      joinTailMs: 43,
      requests: {
        sqs: { SendMessageBatch: 60, ReceiveMessage: 280, DeleteMessageBatch: 60 },
        dynamodb: { GetItem: 300, UpdateItem: 120, BatchWriteItem: 80 },
        lambda: { start: 1, page: 20, object: 50, callback: 1 },
      },
      writeUnits: { control: 200, records: 2_000 },
      costUsd: expect.any(Number) as number,
      peakRssBytes: 300_000_000,
    });
  });

  it('costs what its requests, units and GB-seconds cost', () => {
    const sqs = (400 * 0.4) / 1e6;
    const lambda = (72 * 0.2) / 1e6 + 152 * 0.0000133334;
    const dynamodb = (2_200 * 0.625) / 1e6 + (300 * 0.125) / 1e6;
    const tickAndEvent = 2 / 1e6;
    expect(reportOf(outcomeWith()).costUsd).toBeCloseTo(sqs + lambda + dynamodb + tickAndEvent, 10);
  });

  it('says null for what is not known', () => {
    const report = reportOf(outcomeWith({ resources: undefined, joinTailMs: undefined }));
    expect(report).toMatchObject({ limitSeconds: null, joinTailMs: null });
  });

  it.each([
    ['sequential', 20, 'post', 12.75],
    ['parallel', 20, 'post', 3.25],
    ['sequential', 1, 'post', 3.25],
    ['sequential', 20, 'none', undefined],
  ] as const)(
    'has a critical path for %s pages, %d of them, work %s: %d s',
    (pages, pageCount, work, limit) => {
      expect(criticalPathSeconds({ pages, pageCount, pageSize: 100, work })).toBe(limit);
    },
  );
});

describe('the file of the report', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pollard-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is tried beforehand, and no trace is left of that', () => {
    const file = join(folder, 'report.json');
    expect(faultOfReportFile(file)).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, 'old');
    expect(faultOfReportFile(file)).toBeUndefined();
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it('is named when it cannot be written', () => {
    expect(faultOfReportFile(folder)).toBe(`cannot write the report ${folder}: EISDIR`);
    expect(faultOfReportFile(join(folder, 'none', 'r.json'))).toContain('ENOENT');
  });

  it('is JSON', () => {
    const file = join(folder, 'report.json');
    writeReport(file, outcomeWith());
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(reportOf(outcomeWith()));
  });
});
