import { inTurn } from '../../../localstack/embedded/lambda/cold-starts';

const always = () => true;
/** Processors of which this process uses a share from now on, and others too. */
const used = (count: number, share: number, byOthers = 0) => ({
  count,
  usedMs: () => count * share * performance.now(),
  idleMs: () => count * Math.max(0, 1 - share - byOthers) * performance.now(),
});

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** What has been settled `ms` after all asked at once. */
async function after(ms: number, asked: readonly Promise<boolean>[]): Promise<boolean[]> {
  const settled: boolean[] = [];
  for (const turn of asked) void turn.then((mayStart) => settled.push(mayStart));
  await jest.advanceTimersByTimeAsync(ms);
  return settled;
}

it('lets one start every 30 ms while a processor is free', async () => {
  const coldStarts = inTurn(used(2, 0.5));
  const asked = [coldStarts.turn(always), coldStarts.turn(always), coldStarts.turn(always)];
  expect(await after(30, asked)).toEqual([true]);
  expect(await after(30, asked)).toEqual([true, true]);
});

it.each([
  [1, 0.6, 0],
  [2, 0.6, 0],
  [8, 0.9, 0],
  [2, 0.1, 0.8],
])(
  'lets none start on %i processors of which %d and %d are used, for ten seconds',
  async (...of) => {
    const coldStarts = inTurn(used(...of));
    const asked = [coldStarts.turn(always)];
    expect(await after(9_990, asked)).toEqual([]);
    expect(await after(60, asked)).toEqual([true]);
  },
);

it('lets as many of a function start at once as there are processors', () => {
  expect([inTurn(used(2, 1)).atOnce, inTurn(used(8, 0)).atOnce]).toEqual([2, 8]);
});

it('lets nobody wait whose environment is not wanted any more, nor after its end', async () => {
  const coldStarts = inTurn(used(2, 1));
  let wanted = true;
  const [other, first] = [coldStarts.turn(always), coldStarts.turn(() => wanted)];
  expect(await after(40, [other, first])).toEqual([]);
  wanted = false;
  expect(await after(30, [other, first])).toEqual([false]);
  coldStarts.close();
  expect(await after(0, [other])).toEqual([true]);
  expect(jest.getTimerCount()).toBe(0);
});
