import {
  writeLimiter,
  type Clock,
  type LimitedWrite,
} from '../../../shared/aws/dynamodb/write-limiter';
import { throughputOf } from '../../support/throttled';

// Virtual time passes quickly, but not at once where other suites run beside it.
jest.setTimeout(60_000);

/** A clock that goes on when everything sleeps; each sleep takes no real time. */
function virtualClock(random = () => 0.5) {
  let time = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => time,
    random,
    sleep: (ms) => new Promise<void>((wake) => sleepers.push({ at: time + ms, wake })),
  };
  return {
    ...clock,
    /** Runs until the work is done. @returns what it brought */
    run: async <T>(work: Promise<T>): Promise<T> => {
      const state = { done: false };
      void work.finally(() => (state.done = true));
      for (;;) {
        await new Promise(setImmediate);
        if (state.done) return work;
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers.shift();
        if (!next) throw new Error('Nothing goes on');
        time = Math.max(time, next.at);
        next.wake();
      }
    },
  };
}

/** Chance by a seed. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Writes a list that is refused the first `times`. */
const refusing = (limited: LimitedWrite, times: number, until = Infinity) => {
  let tries = 0;
  const left = limited([1], until, (rest) => Promise.resolve((tries += 1) > times ? [] : rest));
  return { left, tries: () => tries };
};

describe('a write limiter', () => {
  it('tries until the table takes everything', async () => {
    const clock = virtualClock();
    let tries = 0;
    const left = writeLimiter(clock)([1, 2, 3, 4], Infinity, (rest) => {
      tries += 1;
      return Promise.resolve(tries % 2 === 0 ? rest.slice(1) : rest);
    });
    expect(await clock.run(left)).toEqual([]);
    expect(tries).toBe(8);
  });

  it('doubles its waits, up to 5 s, half of which are waited on average', async () => {
    const clock = virtualClock();
    const { left } = refusing(writeLimiter(clock), 10);
    await clock.run(left);
    expect(clock.now()).toBe(50 + 100 + 200 + 400 + 800 + 1_600 + 4 * 2_500);
  });

  it('gives back what is left when the time is over, and waits no longer', async () => {
    const clock = virtualClock();
    const { left } = refusing(writeLimiter(clock), Infinity, 1_000);
    expect(await clock.run(left)).toEqual([1]);
    expect(clock.now()).toBe(1_000);
  });

  it('tries once where the time is over at the start', async () => {
    const { left, tries } = refusing(writeLimiter(virtualClock()), 0, -1);
    expect(await left).toEqual([]);
    expect(tries()).toBe(1);
  });

  it('passes on what a write throws, and lets the next one have its turn', async () => {
    const limited = writeLimiter(virtualClock());
    const refused = () => Promise.reject(new Error('a refusal'));
    for (let at = 0; at < 100; at += 1) {
      await expect(limited([1], Infinity, refused)).rejects.toThrow('a refusal');
    }
    expect(await refusing(limited, 0).left).toEqual([]);
  });

  it('has fewer writes under way while the table throttles, and more again when it takes all', async () => {
    const clock = virtualClock();
    const limited = writeLimiter(clock);
    let open = false;
    let underWay = 0;
    const seen: number[] = [];
    const write = async (rest: readonly number[]): Promise<readonly number[]> => {
      seen.push((underWay += 1));
      await clock.sleep(10);
      underWay -= 1;
      return open ? [] : rest;
    };
    const waiting = Promise.all(Array.from({ length: 64 }, () => limited([1], 60_000, write)));
    await clock.run(waiting);
    expect(Math.max(...seen)).toBe(32);
    expect(seen.slice(-10)).toEqual(Array<number>(10).fill(1));
    open = true;
    seen.length = 0;
    await clock.run(Promise.all(Array.from({ length: 600 }, () => limited([1], Infinity, write))));
    expect(Math.max(...seen)).toBeGreaterThan(25);
  });

  it('lets 40 environments share a table, so that none runs out of time', async () => {
    const clock = virtualClock(chanceOf(7));
    const { take } = throughputOf(800, clock.now);
    let name = 0;
    const write = async (rest: readonly string[]): Promise<readonly string[]> => {
      await clock.sleep(10);
      return rest.filter((key) => !take(key));
    };
    const environment = async (): Promise<number> => {
      const limited = writeLimiter(clock);
      const batches = Array.from({ length: 16 }, () =>
        Array.from({ length: 25 }, () => `object${(name += 1)}`),
      );
      const left = await Promise.all(batches.map((batch) => limited(batch, 115_000, write)));
      return left.flat().length;
    };
    const left = await clock.run(Promise.all(Array.from({ length: 40 }, environment)));
    expect(left.filter((count) => count > 0)).toEqual([]);
    // 16,000 units at 800 a second take 20 s.
    expect(clock.now()).toBeLessThan(40_000);
  });
});
