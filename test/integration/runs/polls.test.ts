import { describeRuns } from '../../localstack/suite/runs';
import { describeServices } from '../../localstack/suite/services';
import { limitOf } from '../../localstack/targets/limits';
import { embeddedTarget } from '../../localstack/targets/embedded';
import type { Target } from '../../localstack/targets/target';

// What test/localstack runs on a deployed stack, here on the embedded cloud.
describe('the embedded cloud', () => {
  let target: Target;

  beforeAll(async () => {
    target = await embeddedTarget();
  });
  afterAll(() => target.close());

  describeRuns(() => target);
  describeServices('embedded', () => target);

  it(`takes no new release, for ${limitOf('embedded', 'updates') ?? ''}`, () => {
    expect(target).not.toHaveProperty('deploy');
  });
});
