import { expectNothingFound } from './expectations';
import { chordScenario } from './scenarios';

describe('a run of pages and objects, whatever goes wrong', () => {
  it('settles every object once, sums exactly, calls back, and leaves nothing behind', async () => {
    await expectNothingFound(chordScenario, { from: 0, count: 400 });
  });
});
