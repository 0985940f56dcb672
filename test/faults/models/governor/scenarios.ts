import type { Outcome, Poll } from './simulate';
import {
  closedWhile,
  concurrencyLimit,
  fixedWindow,
  refusingEvery,
  slidingWindow,
  tokenBucket,
} from './sources';

const always = (limit: number) => () => limit;
/** Polls that judge the governor: some of sources that it was not tuned on, some of hostile ones. */
export const scenarios: Readonly<Record<string, Poll>> = {
  'told 20/s': {
    objects: 1_000,
    limits: { requestsPerSecond: 20 },
    source: () => fixedWindow({ limitAt: always(20) }),
  },
  'told 20/s, messages of 1': {
    objects: 1_000,
    objectsPerMessage: 1,
    limits: { requestsPerSecond: 20 },
    source: () => fixedWindow({ limitAt: always(20) }),
  },
  'told 1,000/s': {
    objects: 50_000,
    limits: { requestsPerSecond: 1000 },
    source: () => fixedWindow({ limitAt: always(1000), latencyMs: 200 }),
  },
  '18 objects/s of a window of 20/s': {
    objects: 1_000,
    limits: { mostPerSecond: 18 },
    source: () => fixedWindow({ limitAt: always(20) }),
  },
  '18 objects/s of a window of 10/s': {
    objects: 1_000,
    limits: { mostPerSecond: 18 },
    source: () => fixedWindow({ limitAt: always(10) }),
  },
  'window 20/s': { objects: 1_000, source: () => fixedWindow({ limitAt: always(20) }) },
  'window 20/s, messages of 1': {
    objects: 1_000,
    objectsPerMessage: 1,
    source: () => fixedWindow({ limitAt: always(20) }),
  },
  'window 20/s, 100,000 objects': {
    objects: 100_000,
    source: () => fixedWindow({ limitAt: always(20) }),
  },
  'window 20/s, 100,000 objects, messages of 1': {
    objects: 100_000,
    objectsPerMessage: 1,
    source: () => fixedWindow({ limitAt: always(20) }),
  },
  'window 100/s': { objects: 5_000, source: () => fixedWindow({ limitAt: always(100) }) },
  'window 1,000/s': {
    objects: 100_000,
    source: () => fixedWindow({ limitAt: always(1_000), latencyMs: 200 }),
  },
  'window 1,000/s, messages of 1': {
    objects: 50_000,
    objectsPerMessage: 1,
    source: () => fixedWindow({ limitAt: always(1_000), latencyMs: 200 }),
  },
  'sliding window 20/s': { objects: 1_000, source: () => slidingWindow({ limitAt: always(20) }) },
  'bucket 10/s, burst 100': {
    objects: 1_000,
    source: () => tokenBucket({ perSecond: 10, burst: 100 }),
  },
  'bucket 50/s, burst 100': {
    objects: 3_000,
    source: () => tokenBucket({ perSecond: 50, burst: 100 }),
  },
  '10 calls at once': { objects: 5_000, source: () => concurrencyLimit(10, 100) },
  '20/s, 100/s, then 10/s': {
    objects: 6_000,
    source: () => fixedWindow({ limitAt: (t) => (t < 60_000 ? 20 : t < 120_000 ? 100 : 10) }),
  },
  'outage of 30 s, 429': {
    objects: 3_000,
    source: () =>
      closedWhile(fixedWindow({ limitAt: always(50) }), (t) => t > 20_000 && t < 50_000),
  },
  'outage of 30 s, 503': {
    objects: 3_000,
    source: () =>
      closedWhile(fixedWindow({ limitAt: always(50) }), (t) => t > 20_000 && t < 50_000, {
        kind: 'failed',
        by: '503',
      }),
  },
  'Retry-After: 60': {
    objects: 1_200,
    source: () => fixedWindow({ limitAt: always(20), retryAfterMs: 60_000 }),
  },
  'Retry-After: 0': {
    objects: 1_000,
    source: () => fixedWindow({ limitAt: always(20), retryAfterMs: 0 }),
  },
  'no Retry-After': {
    objects: 1_000,
    source: () => fixedWindow({ limitAt: always(20), retryAfterMs: null }),
  },
  'latency 3 s': {
    objects: 1_000,
    source: () => fixedWindow({ limitAt: always(20), latencyMs: 3_000 }),
  },
  'latency 10 s': {
    objects: 1_000,
    source: () => fixedWindow({ limitAt: always(20), latencyMs: 10_000 }),
  },
  'every 100th call refused': { objects: 5_000, source: () => refusingEvery(100) },
  'every 10th call refused': { objects: 1_000, source: () => refusingEvery(10) },
  'closed for the first 5 s': {
    objects: 1_000,
    source: () => closedWhile(fixedWindow({ limitAt: always(20) }), (t) => t < 5_000),
  },
  'closed for 5 s, latency 3 s, bucket 10/s, burst 100': {
    objects: 1_000,
    source: () =>
      closedWhile(tokenBucket({ perSecond: 10, burst: 100, latencyMs: 3_000 }), (t) => t < 5_000),
  },
  '5 % of invocations die': {
    objects: 3_000,
    deaths: 0.05,
    source: () => fixedWindow({ limitAt: always(20) }),
  },
  'clocks wrong by 2 s': {
    objects: 1_000,
    skewMs: 2_000,
    source: () => fixedWindow({ limitAt: always(20) }),
  },
  unlimited: {
    objects: 20_000,
    source: () => fixedWindow({ limitAt: always(Infinity), latencyMs: 250 }),
  },
};

/** The same poll once more, some minutes later, with what the first one learned. */
export const secondPoll = (options: Poll, { item }: Outcome): Poll => ({
  ...options,
  item: {
    ...item,
    ...{ tat: 0, busySince: 0, planned: 0, served: 0, reopenedAt: 0 },
    growth: { ...item.growth, since: 0 },
  },
});
