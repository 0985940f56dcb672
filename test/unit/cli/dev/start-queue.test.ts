import { distinctSeconds } from '../../../../cli/dev/poll-on-schedule';
import { StartQueue } from '../../../../cli/dev/start-queue';

const start = (runId: string) => ({
  invokedAt: 0,
  answer: { runId, outcome: 'started' } as const,
});

describe('the queue of starts', () => {
  it('takes the starts in their order, and waits for one', async () => {
    const starts = new StartQueue();
    starts.push(start('1'));
    starts.push(start('2'));
    expect([await starts.next(), await starts.next()]).toEqual([start('1'), start('2')]);
    const third = starts.next();
    starts.push(start('3'));
    expect(await third).toEqual(start('3'));
  });

  it('gives up no start to a wait that has ended', async () => {
    const starts = new StartQueue();
    expect(await starts.next(Promise.resolve())).toBeUndefined();
    starts.push(start('1'));
    expect(await starts.next()).toEqual(start('1'));
  });

  it('hands out what is left before it says that the wait has ended', async () => {
    const starts = new StartQueue();
    const ended = Promise.resolve();
    await ended;
    starts.push(start('1'));
    expect([await starts.next(ended), await starts.next(ended)]).toEqual([start('1'), undefined]);
  });
});

it('a clock of distinct seconds names no second twice, for two ticks of one second are one run', () => {
  const now = distinctSeconds();
  const seconds = Array.from({ length: 5 }, () => now().toISOString().slice(0, 19));
  expect(new Set(seconds).size).toBe(5);
});
