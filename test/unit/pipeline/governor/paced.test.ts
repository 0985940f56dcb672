import { memoryPipeline, noon } from '../../../../testing/memory-pipeline';
import { deliverPages } from '../../../support/deliver';

const perSecond = 20;
/** Calls keep this share of their distance where one was late. */
const closest = (0.98 * 1_000) / perSecond;

/** Collects a page of ten objects in one message. @returns when each object was started, in milliseconds */
async function startsOf(fetch: Record<string, (id: string) => unknown>, crunch = jest.fn()) {
  const memory = memoryPipeline({
    settings: { objectsPerSecond: perSecond },
    collector: {
      source: { unlimited: true },
      listPage: () => ({ objects: Array.from({ length: 10 }, (_, at) => `o${at}`) }),
      fetch,
      crunch: (id) => {
        crunch(id);
        return { record: { id } };
      },
    },
  });
  await memory.start({ scheduledTime: noon });
  await deliverPages(memory);
  const tasks = memory.take('objects').map(({ task }) => task);
  expect(tasks).toHaveLength(1);
  memory.passSeconds(60);
  await memory.objects(tasks);
  return memory;
}

describe('objectsPerSecond, of a source without a limit', () => {
  it('starts the objects of a message one after the other, each with all its fetchers', async () => {
    const starts: number[] = [];
    const start = () => {
      starts.push(performance.now());
      return {};
    };
    const memory = await startsOf({ one: start, two: start });
    const left = memory
      .take('objects')
      .flatMap(({ task }) => (task.task === 'objects' ? task.objects : []));
    const objects = starts.length / 2;
    expect(objects + left.length).toBe(10);
    expect(starts.at(-1)! - starts[0]!).toBeGreaterThanOrEqual((objects - 1) * closest - 10);
  });

  it('paces objects that need no call', async () => {
    const starts: number[] = [];
    await startsOf(
      {},
      jest.fn(() => starts.push(performance.now())),
    );
    expect(starts.at(-1)! - starts[0]!).toBeGreaterThanOrEqual((starts.length - 1) * closest - 10);
    expect(starts.length).toBeGreaterThan(1);
  });
});
