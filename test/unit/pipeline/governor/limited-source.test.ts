import { RateLimitedError } from '../../../../shared/collector/definition';
import type { SourceOptions } from '../../../../shared/collector/definition';
import { inMemory } from '../../../../testing/in-memory';
import { defineCollector } from '../../../../shared/collector/definition';

/** A source that takes `limit` calls in each 200 ms, and what came of its calls. */
function limitedSource(limit: number, source: SourceOptions | undefined, objects = 60) {
  const seen = { accepted: 0, refused: 0, calledAt: [] as number[] };
  let window = -1;
  let calls = 0;
  const call = (): void => {
    const now = Date.now();
    seen.calledAt.push(now);
    if (Math.floor(now / 200) !== window) calls = 0;
    window = Math.floor(now / 200);
    calls += 1;
    if (calls > limit) {
      seen.refused += 1;
      throw new RateLimitedError('slow down', { retryAfterSeconds: 0.2 });
    }
    seen.accepted += 1;
  };
  const ids = Array.from({ length: objects }, (_, at) => `o${at}`);
  const collector = defineCollector({
    name: 'limited',
    source,
    listPage: () => {
      call();
      return { objects: ids };
    },
    fetch: {
      object: (id: string) => {
        call();
        return { id };
      },
    },
    crunch: (id) => ({ record: { id } }),
  });
  return { seen, collector };
}

it('a told limit is kept by pages and objects together, without a refusal', async () => {
  const { seen, collector } = limitedSource(20, { requestsPerSecond: 100 });
  const { status, counts } = await inMemory(collector).run();
  expect({ status, saved: counts.saved }).toEqual({ status: 'SUCCEEDED', saved: 60 });
  expect(seen).toMatchObject({ accepted: 61, refused: 0 });
});

it('a limit that is not told is found: a source that refuses is left alone, and every object is saved', async () => {
  const { seen, collector } = limitedSource(20, {});
  const { status, counts } = await inMemory(collector).run();
  expect({ status, saved: counts.saved }).toEqual({ status: 'SUCCEEDED', saved: 60 });
  expect(seen.refused).toBeLessThan(20);
});
