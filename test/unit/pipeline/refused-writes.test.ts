import { NonRetryableError } from '../../../shared/collector/definition';
import { RefusedError } from '../../../shared/core/errors';
import {
  memoryPipeline,
  noon,
  pump,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';

const refuses = (): Promise<never> => Promise.reject(new RefusedError('ValidationException'));

/** A run whose pipeline has one call of a store refused for good, however often it is tried. */
async function runWith(
  store: 'pages' | 'runs',
  call: 'putFailures' | 'putState',
  collector: MemoryPipelineOptions['collector'],
) {
  const memory = memoryPipeline({ collector: { ...collector } });
  Object.assign(memory.pipeline[store], { [call]: refuses });
  await memory.start({ scheduledTime: noon });
  await pump(memory);
  return { memory, run: await memory.run() };
}

describe('what the table refuses for good', () => {
  it('as the detail of a failure is logged, and the object is settled as failed', async () => {
    const gone = () => {
      throw new NonRetryableError('gone');
    };
    const { memory, run } = await runWith('pages', 'putFailures', { fetch: { object: gone } });
    expect(run).toMatchObject({ status: 'FAILED', result: { counts: { failed: 2, pending: 0 } } });
    expect(memory.logged).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'Details of failures are refused by the table',
      }),
    );
  });

  it('as a state ends the run as CALLBACK_FAILED, with the error in it, after one call', async () => {
    let calls = 0;
    const onComplete = () => ({ state: (calls += 1) });
    const { run } = await runWith('runs', 'putState', { onComplete });
    expect(run).toMatchObject({
      status: 'CALLBACK_FAILED',
      callbackError: expect.stringContaining('ValidationException'),
    });
    expect(calls).toBe(1);
  });
});
