import { guards, type Guard } from '../../../shared/core/guards';
import type { Scenarios } from './explore';
import { findWithout } from './expectations';
import { chordScenario, leaseScenario } from './scenarios';

/** Where the absence of a guard shows; reconcile would mend what a missing climb leaves behind. */
const models: Readonly<Record<Guard, Scenarios>> = {
  'pending-condition': chordScenario,
  'climb-again': (chance) => ({ ...chordScenario(chance), reconciles: false }),
  'high-water-mark': chordScenario,
  manifest: chordScenario,
  'extend-before-open': chordScenario,
  'save-before-settle': chordScenario,
  'status-fence': leaseScenario,
  'lease-condition': leaseScenario,
};

describe('a model without one of the guards', () => {
  it.each(guards)('finds that %s is missing', async (guard) => {
    const finding = await findWithout(guard, models[guard], { from: 0, count: 1_000 });
    expect(finding?.broken).not.toEqual(undefined);
  });
});
