// What a test bundles with a guard left out.
import type { ModelGuard } from '../guards';
import { explore, type Finding, type Scenarios } from './explore';
import { cancelScenario, pauseScenario } from './lifecycle-scenarios';
import { chordScenario, leaseScenario } from './scenarios';

/** Where the absence of a guard shows; reconcile would repair what a missing climb leaves behind. */
const models: Readonly<Record<ModelGuard, Scenarios>> = {
  'pending-condition': chordScenario,
  'climb-again': (chance) => ({ ...chordScenario(chance), reconciles: false }),
  'high-water-mark': chordScenario,
  manifest: chordScenario,
  'open-once': chordScenario,
  'extend-before-open': chordScenario,
  'fan-out-before-next': chordScenario,
  'resume-listing': chordScenario,
  'save-before-settle': chordScenario,
  'status-fence': leaseScenario,
  'lease-condition': leaseScenario,
  'cancel-written': cancelScenario,
  'pause-before-hand-over': pauseScenario,
};

/** Runs interleavings of the model of a guard. @returns the first that broke a promise, `undefined` when none did */
export const exploreModelOf = (guard: ModelGuard): Promise<Finding | undefined> =>
  explore(models[guard], { from: 0, count: 1_000 });
