import { TimedOutError } from '../../../shared/core/errors';
import type { Run } from '../../../shared/core/run';
import { timeBudgetOf } from '../../../shared/pipeline/time-budget';
import { InterruptedError } from '../../../shared/core/errors';
import { startRace } from '../../../shared/pipeline/object/race';
import { isCurrent, runCache } from '../../../shared/pipeline/run-cache';

const never = () => new Promise<never>(() => undefined);

describe('the time of an invocation', () => {
  it('keeps a fifth of it, at most 10 s, for saving, settling and sending back', () => {
    expect(timeBudgetOf(1_000, 5_000)).toEqual({
      workUntil: 5_000,
      saveUntil: 5_500,
      longestMs: 3_600,
      endsAt: 6_000,
    });
    expect(timeBudgetOf(0, 900_000)).toMatchObject({
      workUntil: 890_000,
      saveUntil: 895_000,
      endsAt: 900_000,
    });
  });

  it('is raced against: what answers in time has answered', async () => {
    const race = startRace({ workUntil: 1_000, longestMs: 1_000 }, () => 0);
    await expect(race('a', 500, () => Promise.resolve('b'))).resolves.toBe('b');
    await expect(race('a', 500, () => Promise.reject(new Error('c')))).rejects.toThrow('c');
  });

  it('is over for a call after its timeout', async () => {
    const race = startRace({ workUntil: 1_000, longestMs: 1_000 }, () => 0);
    await expect(race('fetch.a', 10, never)).rejects.toThrow(
      new TimedOutError('fetch.a took longer than 0.01 s'),
    );
  });

  it('has one signal for all calls of an object, which tells them when one has failed', async () => {
    const race = startRace({ workUntil: 1_000, longestMs: 1_000 }, () => 0);
    const signals: AbortSignal[] = [];
    const error = new Error('refused');
    await race('fetch.a', 500, (signal) => Promise.resolve(signals.push(signal)));
    expect(signals[0]?.aborted).toBe(false);
    await expect(race('fetch.b', 500, () => Promise.reject(error))).rejects.toThrow(error);
    expect(signals[0]?.reason).toBe(error);
  });

  it('is over for all calls of an object together', async () => {
    let now = 0;
    const race = startRace({ workUntil: 1_000, longestMs: 100 }, () => now);
    now = 95;
    await expect(race('crunch', Infinity, never)).rejects.toThrow(
      new TimedOutError('crunch took longer than 0.1 s'),
    );
  });

  it('is over at the end of the invocation, which uses no attempt', async () => {
    const race = startRace({ workUntil: 5, longestMs: 100 }, () => 0);
    await expect(race('crunch', 50, never)).rejects.toThrow(InterruptedError);
  });
});

describe('a run that was read', () => {
  const run = (runId: string) => ({ runId }) as Run;

  it('is taken as it was for two seconds', async () => {
    let now = 0;
    const readRun = jest.fn((runId: string) => Promise.resolve(run(runId)));
    const read = runCache({ readRun }, () => now);
    await read('a');
    now = 1_999;
    expect(await read('a')).toEqual({ runId: 'a' });
    expect(readRun).toHaveBeenCalledTimes(1);
    now = 2_000;
    await read('a');
    expect(readRun).toHaveBeenCalledTimes(2);
  });

  it('is read again after an error', async () => {
    const readRun = jest.fn().mockRejectedValueOnce(new Error('busy')).mockResolvedValue(run('a'));
    const read = runCache({ readRun }, () => 0);
    await expect(read('a')).rejects.toThrow('busy');
    expect(await read('a')).toEqual({ runId: 'a' });
  });

  it('is forgotten when 50 others were read since', async () => {
    const readRun = jest.fn((runId: string) => Promise.resolve(run(runId)));
    const read = runCache({ readRun }, () => 0);
    for (let at = 0; at <= 50; at += 1) await read(String(at));
    readRun.mockClear();
    await read('50');
    expect(readRun).not.toHaveBeenCalled();
    await read('0');
    expect(readRun).toHaveBeenCalledTimes(1);
  });
});

it('a task counts while its run is RUNNING and no newer generation has replaced it', () => {
  const running = { status: 'RUNNING', generation: 2 } as Run;
  expect(isCurrent(running, { page: 0, generation: 2 })).toBe(true);
  expect(isCurrent(running, { page: 0, generation: 3 })).toBe(true);
  expect(isCurrent(running, { page: 0, generation: 1 })).toBe(false);
  expect(isCurrent({ ...running, status: 'COMPLETING' }, { page: 0, generation: 2 })).toBe(false);
  const progress = { at: 0, settled: 0, movedAt: 0, generation: 2, held: { 4: 1 } };
  const holding = { ...running, progress };
  expect(isCurrent(holding, { page: 4, generation: 1 })).toBe(true);
  expect(isCurrent(holding, { page: 4, generation: 0 })).toBe(false);
  expect(isCurrent(holding, { page: 5, generation: 1 })).toBe(false);
});
