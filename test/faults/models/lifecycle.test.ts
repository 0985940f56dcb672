import { expectNothingFound } from './expectations';
import { cancelScenario, pauseScenario } from './lifecycle-scenarios';

describe('a run that is cancelled, whatever goes wrong', () => {
  it('ends so, or is done, also when the message of the cancellation is lost', async () => {
    await expectNothingFound(cancelScenario, { from: 0, count: 200 });
  });
});

describe('a pipeline that pauses after failed runs, whatever goes wrong', () => {
  it('starts no run until it is resumed, drops the tick that waits, and frees the lease', async () => {
    await expectNothingFound(pauseScenario, { from: 0, count: 200 });
  });
});
