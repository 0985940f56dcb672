import fc from 'fast-check';
import { isFinal } from '../../../shared/core/run';
import { memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';

const ids = fc.array(fc.oneof(fc.constantFrom('', '__proto__', '🙂', 'a', 'b'), fc.string()), {
  maxLength: 4,
});
const page = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ objects: ids, nextPageToken: fc.constantFrom('1', '2', null) }),
  },
  fc.anything(),
);
const crunched = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      record: fc.dictionary(fc.string(), fc.jsonValue()),
      totals: fc.dictionary(
        fc.constantFrom('pending', 'saved', '__proto__', 'cents'),
        fc.oneof(fc.integer(), fc.bigInt(), fc.constantFrom(NaN, Infinity, 1.5)),
      ),
    }),
  },
  fc.anything(),
);

describe('a source and a crunch that return anything', () => {
  it('have every object settled, and the run end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(page, { minLength: 1, maxLength: 3 }),
        fc.array(crunched, { minLength: 1, maxLength: 3 }),
        async (pages, results) => {
          let asked = 0;
          const memory = memoryPipeline({
            collector: {
              maxPages: 3,
              listPage: ({ pageNumber }) => pages[pageNumber % pages.length] as never,
              crunch: () => results[(asked += 1) % results.length] as never,
            },
          });
          await memory.start({ scheduledTime: noon });
          await pump(memory);
          const { status, result } = await memory.run();
          const { listed = 0, saved = 0, failed = 0, pending } = result?.counts ?? {};
          expect(isFinal(status)).toBe(true);
          expect({ settled: saved + failed, pending }).toEqual({ settled: listed, pending: 0 });
          const totals = Object.values(result?.totals ?? {});
          expect(totals.every((total) => typeof total === 'bigint')).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
