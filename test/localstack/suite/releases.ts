import type { Run } from '../../../shared/core/run';
import { messageVersion } from '../../../shared/core/task';
import { stacks } from '../app/names';
import { release } from '../app/release';
import type { EndpointTarget } from '../targets/endpoint';
import { nextRelease, type NextRelease } from '../targets/next-release';
import { ids, savedIn } from './runs';

/** A stack that is replaced by its next release, and then removed: the tests build on each other. */
export function describeReleases(reach: () => EndpointTarget, deploySeconds: () => number): void {
  const probe = () => reach().pipeline('probe');
  let next: NextRelease;

  beforeAll(async () => {
    next = await nextRelease();
  });
  afterAll(() => next.remove());

  const releasesIn = async ({ runId }: Run): Promise<unknown[]> =>
    (await probe().recordsOf(runId)).map((record) => record['release']).toSorted();

  it('a poll that is under way while the next release is deployed loses nothing', async () => {
    const pages = [[...ids('a', 8), ...ids('held', 8)], ids('b', 4)];
    // Its messages wait until well after the deploy: of an object's first, and of the second page.
    const held = { seconds: Math.ceil(3 * deploySeconds() + 20), ids: ids('held', 8), page: 1 };
    const { runId = '' } = await probe().start({ input: { pages, held } });
    await reach().deploy(next.root);
    expect(await probe().runs.readRun(runId)).toMatchObject({
      status: 'RUNNING',
      v: messageVersion,
    });
    const run = await probe().ended(runId, 240_000);
    expect(run.status).toBe('SUCCEEDED');
    expect(run.result?.counts).toMatchObject({ listed: 20, saved: 20, failed: 0 });
    expect(await savedIn(probe(), run)).toEqual(pages.flat().toSorted());
    expect(await releasesIn(run)).toEqual([
      ...ids('', 8).map(() => release),
      ...ids('', 12).map(() => next.release),
    ]);
  }, 400_000);

  it('the next poll is of the next release', async () => {
    const run = await probe().run({ input: { pages: [['n']] } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', v: next.messageVersion });
    expect(await releasesIn(run)).toEqual([next.release]);
  });

  it('a pipeline whose removal policy is to destroy leaves nothing behind', async () => {
    const { made, left } = await reach().destroy(stacks.follower);
    expect(made.length).toBeGreaterThan(30);
    expect(left).toEqual([]);
  });

  it('by default a pipeline leaves its two tables behind, with what is in them', async () => {
    const { control, record } = probe().published.tables;
    const [last] = await probe().runs.listRuns('probe', 1);
    const { left } = await reach().destroy(stacks.probe);
    expect(left.map(({ id }) => id).toSorted()).toEqual([control, record].toSorted());
    expect(await probe().runs.listRuns('probe', 1)).toEqual([last]);
    await reach().removeTables([control, record]);
  });
}
