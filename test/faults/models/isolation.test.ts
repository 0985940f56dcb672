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

/** Nothing goes wrong but for the object. */
const calm = {
  faults: { budget: 0, rate: 0, kinds: ['refuse'] },
  astray: { budget: 0, rate: 0, kinds: ['late'] },
  jumps: { budget: 0, rate: 0 },
} as const satisfies Partial<Scenario>;

/** An account without free executions, now and then for so long that messages become dead letters unread. */
const throttledScenario = (chance: Chance): Scenario => {
  const { settings, ...scenario } = isolationScenario(chance);
  return {
    ...scenario,
    faults: calm.faults,
    jumps: calm.jumps,
    settings: { ...settings, maxReceiveCount: chance.pick([2, 3]) },
    throttles: { budget: 20, rate: chance.pick([0.3, 0.9]) },
    faultsOf: ({ result, reason }) =>
      result?.counts.failed === 1 && reason === 'done'
        ? []
        : [`ended for ${reason}: ${JSON.stringify(result?.counts)}`],
  };
};

describe('an object that kills its handlers, in an account without free executions', () => {
  it('fails by name, and no other object or page fails for being throttled', async () => {
    await expectNothingFound(throttledScenario, { from: 0, count: 100 });
  });
});

const mostMinutes = 40;

describe('an object that kills its handlers, at the default timeouts', () => {
  it.each([1, 40])('is settled within 40 minutes, in messages of %i', async (objectsPerMessage) => {
    const scenario = (chance: Chance): Scenario => ({
      ...isolationScenario(chance),
      ...calm,
      settings: { objectsPerMessage },
      faultsOf: ({ completedAt = 0, startedAt }) => {
        const minutes = (completedAt - startedAt) / 60_000;
        return minutes > mostMinutes ? [`took ${minutes} minutes`] : [];
      },
    });
    await expectNothingFound(scenario, { from: 0, count: 10 });
  });
});

describe('the model finds', () => {
  it('a dead letter that knows of no death: its message is sent again for ever', async () => {
    const mutant = (chance: Chance): Scenario => {
      const { settings, ...scenario } = throttledScenario(chance);
      return {
        ...scenario,
        settings: { ...settings, runDeadlineSeconds: 600 },
        forgets: (process) => process.startsWith('deadLetter'),
      };
    };
    expect((await explore(mutant, { from: 0, count: 10 }))?.broken.length).toBeGreaterThan(0);
  });

  it('a reconcile that does not hold the page: the object never becomes a dead letter', async () => {
    const mutant = (chance: Chance): Scenario => ({
      ...isolationScenario(chance),
      forgets: (process) => process.startsWith('reconcile'),
    });
    const finding = await explore(mutant, { from: 0, count: 300 });
    expect(finding?.broken.length).toBeGreaterThan(0);
  });
});
