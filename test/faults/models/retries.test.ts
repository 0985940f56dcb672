import type { Chance } from './chance';
import { expectNothingFound } from './expectations';
import { explore } from './explore';
import { retryScenario } from './scenarios';
import type { Answer } from './source';
import type { Scenario } from './world';

describe('objects that fail and sources that ask to wait, whatever goes wrong', () => {
  it('have their attempts once, are not called before their time, and are not sent again while all of them wait', async () => {
    await expectNothingFound((chance) => retryScenario(chance), { from: 0, count: 200 });
  });
});

interface Mutant {
  readonly forgets: (process: string) => boolean;
  readonly answers: readonly [Answer, ...Answer[]];
}

const everyone = (): boolean => true;
const functionsOf = (name: string) => (process: string) => process.startsWith(name);

describe('the model finds', () => {
  it.each<[string, RegExp, Mutant]>([
    ['a store that forgets attempts', /was tried/, { forgets: everyone, answers: ['broken'] }],
    [
      'object functions that look no attempts up',
      /was tried/,
      { forgets: functionsOf('object'), answers: ['broken'] },
    ],
    [
      'object functions that look no waits up',
      /too early/,
      { forgets: functionsOf('object'), answers: ['limited'] },
    ],
    [
      'a reconcile that looks no waits up',
      /was sent again while all of it waited/,
      { forgets: functionsOf('reconcile'), answers: ['limited'] },
    ],
  ])('%s', async (_, promise, { forgets, answers }) => {
    const mutant = (chance: Chance): Scenario => ({ ...retryScenario(chance, answers), forgets });
    const finding = await explore(mutant, { from: 0, count: 1_000 });
    expect(finding?.broken.join()).toMatch(promise);
  });
});
