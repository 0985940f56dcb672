import { join } from 'node:path';
import { withBundle } from '../bundle';
import { modelGuards } from '../guards';

describe('a model without one of the guards', () => {
  it.each(modelGuards)('finds that %s is missing', async (guard) => {
    await withBundle(join(__dirname, 'without-guard.ts'), guard, async (bundle) => {
      const { exploreModelOf } = (await import(bundle)) as typeof import('./without-guard');
      const finding = await exploreModelOf(guard);
      expect(finding?.broken.length).toBeGreaterThan(0);
    });
  });
});
