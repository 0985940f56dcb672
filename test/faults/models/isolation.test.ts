import type { Chance } from './chance';
import { expectNothingFound } from './expectations';
import { explore } from './explore';
import { isolationScenario } from './scenarios';
import type { Scenario } from './world';

describe('an object that kills its handlers, while messages of other pages are lost', () => {
  it('fails by name, and every other object is saved, whatever goes wrong', async () => {
    await expectNothingFound((chance) => isolationScenario(chance), { from: 0, count: 50 });
  });
});

describe('the model finds', () => {
  it('a reconcile that does not hold the page: the object never becomes a dead letter', async () => {
    const mutant = (chance: Chance): Scenario => ({
      ...isolationScenario(chance),
      forgets: (process) => process.startsWith('reconcile'),
    });
    const finding = await explore(mutant, { from: 0, count: 300 });
    expect(finding?.broken.length).toBeGreaterThan(0);
  });
});
