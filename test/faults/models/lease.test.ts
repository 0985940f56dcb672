import { expectNothingFound } from './expectations';
import { leaseScenario } from './scenarios';

describe('runs that overlap, whatever goes wrong', () => {
  it('come one after the other, and the lease is free in the end', async () => {
    await expectNothingFound(leaseScenario, { from: 0, count: 200 });
  });
});
