import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { KitGuard } from '../guards';
import { assemble, bundleOf } from './assembly';
import { settingsFor, timesOf } from './pipelines';

const pipeline = { name: 'skip', collector: 'kit', settings: settingsFor(timesOf(3)) };

/** The bundle of the pipeline's functions, with a guard left out or none. */
async function bundleWithout(guard: KitGuard | undefined): Promise<string> {
  const directory = await assemble([pipeline], guard);
  try {
    return readFileSync(bundleOf(directory, pipeline), 'utf8');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

it('leaves a guard out of the bundles that a cloud starts with', async () => {
  const bundles = [await bundleWithout(undefined), await bundleWithout('high-water-mark')];
  const wrong = 'attribute_exists(#opened)';
  expect(bundles.map((bundle) => bundle.includes(wrong))).toEqual([false, true]);
});
