import { collectObjects } from '../../../shared/pipeline/object/collect-objects';
import { delivery } from '../../../testing/memory-pipeline';
import { listed } from '../../support/run-midway';

describe('the end of the time of an invocation', () => {
  const hanging = {
    listPage: () => ({ objects: ['a'] }),
    fetch: { object: () => new Promise(() => undefined) },
  };

  it.each([
    ['with the same attempt when it had less than the whole time', 1_000_000, 1],
    ['with the next attempt when it had the whole time', 10, 2],
  ])('sends an object back %s', async (_, longestMs, attempt) => {
    const { pipeline, readRun, first, take } = await listed(hanging);
    const now = pipeline.now();
    const budget = { workUntil: now + 20, saveUntil: now + 25, longestMs, endsAt: now + 30 };
    await collectObjects(pipeline, readRun, [delivery(first as never)], budget);
    expect(take('objects')).toMatchObject([{ task: { attempt, objects: [[0, 'a']] } }]);
  });

  it('aborts the signal of the fetchers', async () => {
    let aborted = false;
    const { pipeline, readRun, first } = await listed({
      listPage: () => ({ objects: ['a'] }),
      fetch: {
        object: (_, { signal }) =>
          new Promise(() => {
            signal.addEventListener('abort', () => (aborted = true));
          }),
      },
    });
    const now = pipeline.now();
    const budget = {
      workUntil: now + 20,
      saveUntil: now + 25,
      longestMs: 1_000,
      endsAt: now + 30,
    };
    await collectObjects(pipeline, readRun, [delivery(first as never)], budget);
    expect(aborted).toBe(true);
  });
});
