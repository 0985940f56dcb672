import type { Outcome } from '../../../../cli/dev/outcome';
import { noCounts } from '../../../../shared/core/run';

/** The post's run as it should end; give what is to be different. */
export const outcomeWith = (changes: Partial<Outcome> = {}): Outcome => ({
  runId: 'resources@2026-11-22T23:00:00.000Z~m1',
  status: 'SUCCEEDED',
  collector: 'resources',
  pages: 20,
  counts: { ...noCounts, listed: 2_000, saved: 2_000 },
  totals: { revenueCents: 10_068_900n, orders: 7_997n },
  callbacks: 1,
  wallSeconds: 13.2,
  joinTailMs: 43,
  usage: {
    sqs: { SendMessageBatch: 60, ReceiveMessage: 280, DeleteMessageBatch: 60 },
    dynamodb: { GetItem: 300, UpdateItem: 120, BatchWriteItem: 80 },
    lambda: {
      start: { invocations: 1, gbSeconds: 1 },
      page: { invocations: 20, gbSeconds: 5 },
      object: { invocations: 50, gbSeconds: 145 },
      callback: { invocations: 1, gbSeconds: 1 },
    },
    writeUnits: { control: 200, records: 2_000 },
    readUnits: 300,
    billedSqsRequests: 400,
    events: 1,
  },
  source: null,
  sourceCalls: null,
  failures: [],
  peakRssBytes: 300_000_000,
  concurrency: 10,
  resources: { pages: 'sequential', pageCount: 20, pageSize: 100, work: 'post' },
  ...changes,
});
