import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withBundle } from '../../bundle';
import type { ChordGuard } from '../../guards';
import type { Finding } from './explore';

/** Half a minute on a quiet machine; one that is busy with other suites may take longer. */
const patienceMs = 600_000;

type Model = 'chord' | 'lease';

/** Runs interleavings in a process of their own. @returns the first that broke a promise */
async function explore(model: Model, count: number, without?: ChordGuard): Promise<Finding | null> {
  return withBundle(join(__dirname, 'main.ts'), without, async (bundle) => {
    const args = [bundle, '--model', model, '--count', String(count)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout) as Finding | null;
  });
}

describe('100,000 interleavings, half of them', () => {
  it(
    'of the chord settle every object once, sum exactly and call back',
    async () => {
      expect(await explore('chord', 50_000)).toBeNull();
    },
    patienceMs,
  );

  it(
    'of the lease have one run after the other, and leave it free',
    async () => {
      expect(await explore('lease', 50_000)).toBeNull();
    },
    patienceMs,
  );
});

const models: Readonly<Record<ChordGuard, Model>> = {
  'pending-condition': 'chord',
  'climb-again': 'chord',
  'high-water-mark': 'chord',
  manifest: 'chord',
  'open-once': 'chord',
  'extend-before-open': 'chord',
  'fan-out-before-next': 'chord',
  'resume-listing': 'chord',
  'save-before-settle': 'chord',
  'status-fence': 'chord',
  'lease-condition': 'lease',
};

describe('a model without one of the guards', () => {
  it.each(Object.entries(models) as [ChordGuard, Model][])(
    'finds that %s is missing',
    async (guard, model) => {
      const finding = await explore(model, 20_000, guard);
      expect(finding?.broken.length).toBeGreaterThan(0);
    },
  );
});
