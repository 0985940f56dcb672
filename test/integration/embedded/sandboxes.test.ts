import type { Worker } from 'node:worker_threads';
import { sandboxes, type Sandboxes } from '../../../localstack/embedded/lambda/sandboxes';

let booted: Sandboxes;
const taken: Worker[] = [];

const take = (): number => {
  const sandbox = booted.take();
  taken.push(sandbox);
  return sandbox.threadId;
};

beforeEach(async () => {
  booted = await sandboxes(5);
  jest.useFakeTimers();
});
afterEach(async () => {
  jest.useRealTimers();
  await booted.close();
  await Promise.all(taken.splice(0).map((sandbox) => sandbox.terminate()));
});

it('hands out those that are up, then boots more', () => {
  const first = take();
  const ids = [first, ...Array.from({ length: 5 }, take)];
  expect(ids).toEqual([0, 1, 2, 3, 4, 5].map((after) => first + after));
});

it('keeps two of those that nobody has taken for five seconds', () => {
  const first = take();
  jest.advanceTimersByTime(4_990);
  const second = take();
  jest.advanceTimersByTime(5_010);
  expect([second, take(), take(), take()]).toEqual([1, 2, 3, 5].map((after) => first + after));
});
