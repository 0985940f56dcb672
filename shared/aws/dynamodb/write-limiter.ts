import { setTimeout as sleep } from 'node:timers/promises';

/** Writes to one table that are under way at the same time, at most; a client has 40 sockets. */
const mostAtOnce = 32;

/** The waits after refusals in a row: exponential back-off with full jitter, up to this long. */
const firstWaitMs = 50;
const longestWaitMs = 5_000;

/**
 * Writes a list until nothing of it is left, or until a time.
 * @param until epoch milliseconds; there is at least one try, unless the time is over before it is this list's turn
 * @param write tries once, and returns what the table did not take
 * @returns what is left
 */
export type LimitedWrite = <T>(
  list: readonly T[],
  until: number,
  write: (rest: readonly T[]) => Promise<readonly T[]>,
) => Promise<readonly T[]>;

/** Time and chance, which a test may replace. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

const realClock: Clock = { now: Date.now, random: Math.random, sleep };

/**
 * Makes the limiter that all writes to a table share, for as long as the environment lives. A refusal halves the
 * writes at once, and what the table takes raises them again, by one for each round (additive increase, multiplicative
 * decrease), so that the environments of a throttled table share what it takes.
 */
export function writeLimiter({ now, random, sleep: pause }: Clock = realClock): LimitedWrite {
  const turns = adjustableTurns(mostAtOnce);
  const refusals = { inARow: 0, lastAt: 0, rounds: 0 };

  const taken = (): void => {
    refusals.inARow = 0;
    turns.setSize(Math.min(mostAtOnce, turns.size() + 1 / turns.size()));
  };
  /** Refusals of writes that began at the same time count as one. */
  const refused = (round: number): void => {
    refusals.lastAt = now();
    if (round !== refusals.rounds) return;
    refusals.rounds += 1;
    refusals.inARow += 1;
    turns.setSize(Math.max(1, turns.size() / 2));
  };
  const backOff = async (until: number): Promise<void> => {
    if (refusals.inARow === 0) return;
    const longest = Math.min(longestWaitMs, firstWaitMs * 2 ** refusals.inARow);
    const goOnAt = Math.min(until, refusals.lastAt + random() * longest);
    if (goOnAt > now()) await pause(goOnAt - now());
  };

  return async (list, until, write) => {
    let rest = list;
    for (let tries = 0; rest.length > 0; tries += 1) {
      const waited = await turns.take();
      try {
        await backOff(until);
        if ((tries > 0 || waited) && now() >= until) return rest;
        const round = refusals.rounds;
        rest = await write(rest);
        if (rest.length === 0) taken();
        else refused(round);
      } finally {
        turns.giveBack();
      }
    }
    return rest;
  };
}

/** Turns, of which `size` (rounded down) are taken at the same time; those who wait are served in order. */
function adjustableTurns(first: number) {
  let size = first;
  let underWay = 0;
  const waiting: (() => void)[] = [];
  const serve = (): void => {
    while (underWay < Math.floor(size)) {
      const next = waiting.shift();
      if (!next) return;
      underWay += 1;
      next();
    }
  };
  return {
    size: () => size,
    setSize: (to: number): void => {
      size = to;
      serve();
    },
    /** @returns whether it had to wait */
    take: async (): Promise<boolean> => {
      const atOnce = underWay < Math.floor(size) && waiting.length === 0;
      const turn = new Promise<void>((resolve) => waiting.push(resolve));
      serve();
      await turn;
      return !atOnce;
    },
    giveBack: (): void => {
      underWay -= 1;
      serve();
    },
  };
}
