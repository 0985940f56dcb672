import type { Chance } from './chance';
import { expectNothingFound } from './expectations';
import { explore } from './explore';
import { cancelScenario, pauseScenario, renameScenario } from './lifecycle-scenarios';

describe('a run that is cancelled, whatever goes wrong', () => {
  it('ends so, or is done, also when the message of the cancellation is lost', async () => {
    await expectNothingFound(cancelScenario, { from: 0, count: 60 });
  });
});

describe('a pipeline that pauses after failed runs, whatever goes wrong', () => {
  it('starts no run until it is resumed, drops the tick that waits, and frees the lease', async () => {
    await expectNothingFound(pauseScenario, { from: 0, count: 60 });
  });
});

describe('a collector that a deploy renames in the middle of its runs, whatever goes wrong', () => {
  it('leaves no run, lease or message behind under either name', async () => {
    await expectNothingFound(renameScenario, { from: 0, count: 60 });
  });

  it.each([
    [
      'reconcile walks the present name alone',
      (process: string) => process.startsWith('reconcile'),
    ],
    ['a start does not write its name', (process: string) => !process.startsWith('reconcile')],
  ])('leaves a run behind when %s', async (_, forgetsNames) => {
    const mutant = (chance: Chance) => ({ ...renameScenario(chance), forgetsNames });
    const finding = await explore(mutant, { from: 0, count: 300 });
    expect(finding?.broken.join()).toMatch(/still/);
  });
});
