import { inTurn } from '../../../localstack/embedded/lambda/cold-starts';

const never = () => false;
/** Processors of which a share is used from now on. */
const used = (count: number, share: number) => ({
  count,
  usedMs: () => count * share * performance.now(),
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
  const asked = [coldStarts.turn(never), coldStarts.turn(never), coldStarts.turn(never)];
  expect(await after(30, asked)).toEqual([true]);
  expect(await after(30, asked)).toEqual([true, true]);
});

it.each([
  [1, 0.6],
  [2, 0.6],
  [8, 0.9],
])('lets none start on %i processors of which %d are used, for two seconds', async (...of) => {
  const coldStarts = inTurn(used(...of));
  const asked = [coldStarts.turn(never)];
  expect(await after(1_990, asked)).toEqual([]);
  expect(await after(60, asked)).toEqual([true]);
});

it('tells who waits longest of those to whom an idle environment is of use', async () => {
  const coldStarts = inTurn(used(2, 1));
  const [other, first, second] = [never, () => true, () => true].map((idle) =>
    coldStarts.turn(idle),
  );
  coldStarts.freed();
  expect(await after(0, [first!])).toEqual([false]);
  expect(await after(0, [other!, second!])).toEqual([]);
  coldStarts.close();
  expect(await after(0, [other!, second!])).toEqual([true, true]);
  expect(jest.getTimerCount()).toBe(0);
});
