import { scenarios, secondPoll } from './scenarios';
import { poll, type Outcome } from './simulate';

/** Limits of a poll: the share of refused calls, and the writes and SQS requests of an object. */
interface Bounds {
  readonly refused: number;
  readonly used?: number;
  readonly peak?: number;
  readonly writes?: number;
  readonly requests?: number;
}

const scenarioOf = (name: string) => {
  const options = scenarios[name];
  if (!options) throw new Error(`There is no scenario ${name}`);
  return options;
};

function check({ calls, ...outcome }: Outcome, objects: number, bounds: Bounds): void {
  expect(outcome.done).toBe(objects);
  expect(outcome.refused / calls).toBeLessThanOrEqual(bounds.refused);
  if (bounds.used !== undefined) expect(outcome.used).toBeGreaterThanOrEqual(bounds.used);
  if (bounds.peak !== undefined) expect(outcome.peak).toBeLessThanOrEqual(bounds.peak);
  if (bounds.writes !== undefined) expect(outcome.writes / objects).toBeLessThan(bounds.writes);
  if (bounds.requests !== undefined)
    expect(outcome.requests / objects).toBeLessThan(bounds.requests);
}

it.each<[string, Bounds]>([
  ['told 20/s', { refused: 0, used: 0.94, peak: 1, writes: 0.1, requests: 0.25 }],
  ['told 20/s, messages of 1', { refused: 0, used: 0.94, peak: 1, writes: 0.12, requests: 0.25 }],
  ['told 1,000/s', { refused: 0, used: 0.94, peak: 1, writes: 0.03, requests: 0.1 }],
])('a limit that is told is kept and used, at little cost: %s', async (name, bounds) => {
  const options = scenarioOf(name);
  check(await poll(options), options.objects, bounds);
});

it('objects that a pipeline paces start at its pace, without bursts', async () => {
  const options = scenarioOf('18 objects/s of a window of 20/s');
  check(await poll(options), options.objects, { refused: 0, used: 0.87, peak: 0.95 });
});

it('a pace above the limit of the source does not keep the limit from being learned', async () => {
  const options = scenarioOf('18 objects/s of a window of 10/s');
  const outcome = await poll(options);
  check(outcome, options.objects, { refused: 0.08, used: 0.75 });
  check(await poll(secondPoll(options, outcome)), options.objects, { refused: 0.01, used: 0.88 });
});

it.each<[string, Bounds, Bounds]>([
  ['window 20/s', { refused: 0.08, used: 0.9, peak: 1.25 }, { refused: 0.01, used: 0.93 }],
  ['window 20/s, messages of 1', { refused: 0.08, used: 0.9 }, { refused: 0.01, used: 0.93 }],
  ['window 100/s', { refused: 0.08, used: 0.9, writes: 0.1 }, { refused: 0.01, used: 0.93 }],
  ['sliding window 20/s', { refused: 0.08, used: 0.9, peak: 1.25 }, { refused: 0.01, used: 0.88 }],
  ['bucket 50/s, burst 100', { refused: 0.08, used: 0.9 }, { refused: 0.01, used: 0.93 }],
  ['Retry-After: 60', { refused: 0.08 }, { refused: 0.01 }],
  ['Retry-After: 0', { refused: 0.08, used: 0.9 }, { refused: 0.01, used: 0.93 }],
  ['no Retry-After', { refused: 0.08, used: 0.9 }, { refused: 0.01, used: 0.93 }],
  ['10 calls at once', { refused: 0.02 }, { refused: 0.01, used: 0.8 }],
  ['5 % of invocations die', { refused: 0.08 }, { refused: 0.01 }],
  ['clocks wrong by 2 s', { refused: 0.08 }, { refused: 0.05 }],
])(
  'a limit is found in the first poll, and known in the second: %s',
  async (name, first, second) => {
    const options = scenarioOf(name);
    const outcome = await poll(options);
    check(outcome, options.objects, first);
    check(await poll(secondPoll(options, outcome)), options.objects, second);
  },
);

it.each([
  'latency 3 s',
  'latency 10 s',
  'closed for the first 5 s',
  'bucket 10/s, burst 100',
  'closed for 5 s, latency 3 s, bucket 10/s, burst 100',
])('a source that tells of its limit late or not at first refuses little: %s', async (name) => {
  const options = scenarioOf(name);
  check(await poll(options), options.objects, { refused: 0.1 });
});

it.each(['outage of 30 s, 429', 'outage of 30 s, 503'])(
  'a source that is down gets a call a second at most, and its rate soon after: %s',
  async (name) => {
    const options = scenarioOf(name);
    const { done, seen } = await poll(options);
    expect(done).toBe(options.objects);
    const down = seen.filter(({ at }) => at > 22_000 && at < 50_000);
    expect(down.length).toBeLessThanOrEqual(28);
    const after = seen.filter(({ at, accepted }) => accepted && at > 60_000 && at < 65_000);
    expect(after.length).toBeGreaterThan(0.8 * 50 * 5);
  },
);

it('a reservation that is sent twice costs time, and no call more than the limit', async () => {
  const options = { ...scenarioOf('told 20/s'), doubled: 0.2 };
  check(await poll(options), options.objects, { refused: 0, peak: 1 });
});

it('a reservation whose answer is lost is one grant more at most, and ends no run', async () => {
  const options = { ...scenarioOf('told 20/s'), lost: 0.1 };
  check(await poll(options), options.objects, { refused: 0.1, peak: 2 });
});

it.each([
  ['every 100th call refused', 15],
  ['every 10th call refused', 1.2],
])(
  'a source that refuses calls whatever their rate goes on to be called: %s',
  async (name, least) => {
    const options = scenarioOf(name);
    const first = await poll(options);
    const second = await poll(secondPoll(options, first));
    for (const { wallSeconds } of [first, second])
      expect(options.objects / wallSeconds).toBeGreaterThan(least);
  },
);
