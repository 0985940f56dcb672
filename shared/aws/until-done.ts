import { setTimeout as sleep } from 'node:timers/promises';

/** Tries in a row that bring nothing, of what AWS takes only in part (the SDK itself retries what it refused). */
const tries = 6;
const firstWaitMs = 50;

/**
 * Works on a list until nothing of it is left, or until tries in a row brought nothing; what remains waits before its
 * next try (exponential back-off, full jitter: 1.5 s in all at most, half of it on average).
 * @param work returns what must be tried again
 * @returns what is left
 */
export async function untilDone<T>(
  list: readonly T[],
  work: (rest: readonly T[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  let rest = list;
  for (let failed = 0; rest.length > 0 && failed < tries;) {
    const left = await work(rest);
    failed = left.length < rest.length ? 0 : failed + 1;
    rest = left;
    if (rest.length > 0 && failed < tries) await sleep(Math.random() * firstWaitMs * 2 ** failed);
  }
  return rest;
}

/** Maps a list, with at most `atOnce` under way at the same time; the results are in the list's order. */
export async function mapAtOnce<T, R>(
  list: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const entries = list.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of entries) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker));
  return results;
}
