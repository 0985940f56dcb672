import { expectNothingFound } from './expectations';
import { callbackScenario, chordScenario, redriveScenario } from './scenarios';

describe('a run of pages and objects, whatever goes wrong', () => {
  it('settles every object once, sums exactly, calls back, and leaves nothing behind', async () => {
    await expectNothingFound(chordScenario, { from: 0, count: 200 });
  });
});

describe('a chain of redrives of runs that were cut short, whatever goes wrong', () => {
  it('succeeds only when every object of every page is saved', async () => {
    await expectNothingFound(redriveScenario, { from: 0, count: 120 });
  });
});

describe('redrives of runs whose onComplete failed, whatever goes wrong', () => {
  it('call it again with the same result, and list nothing again', async () => {
    await expectNothingFound(callbackScenario, { from: 0, count: 100 });
  });
});
