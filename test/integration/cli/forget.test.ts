import { pollard, type Ended } from './capture';
import { ids, input, json, probe, useCloud, type View } from './stage';
import { findPipelines, operatorOf, whereOf, type Pipeline } from '../../../cli/pipelines';
import { itemsOf, scanSegments } from '../../../cli/operator/table-items';
import type { Item } from '../../../shared/aws/dynamodb/attributes';
import { unpackPageData } from '../../../shared/aws/dynamodb/page-data';
import { idsOf } from '../../../shared/aws/dynamodb/page-ids';

useCloud();

/** A person whose record has to go, on a page with others. */
const ann = 'ann@example.com';
const others = ids('other', 40);
const page = [...others.slice(0, 20), ann, ...others.slice(20)];

const forget = (...args: string[]): Promise<Ended> => probe('forget', ann, ...args);

describe('pollard forget', () => {
  let failed: View;

  beforeAll(async () => {
    await json('start', '--wait', ...input({ pages: [page], listed: true }));
    failed = await json<View>(
      'start',
      '--wait',
      ...input({ pages: [page, ['z']], failing: [ann, 'z'], flaky: [others[0]], listed: true }),
    );
    expect(failed.counts).toMatchObject({ listed: 42, saved: 40, failed: 2 });
  });

  it('shows what there is with --dry-run, and deletes nothing', async () => {
    const shown = await probe('forget', ann, '--dry-run');
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/records +1\n +failures +1\n +pages +2 /);
    expect(shown.out).toMatch(/not deleted:\n +named in +the input or the state of a run/);
    expect(shown.out).toContain('nothing was deleted');
    expect(shown.out.split('\n').filter((line) => line.length > 100)).toEqual([]);
    const told = await json('forget', ann, '--dry-run');
    expect(told).toMatchObject({
      ...{ pipeline: 'Pollard/Probe', objectId: ann, deleted: false, startedMeanwhile: null },
      ...{ records: 1, failures: 1, pages: 2, listedData: 2, logRetentionDays: null },
    });
    expect((await probe('records', ann)).code).toBe(0);
  });

  it('asks on a terminal, and refuses where there is none', async () => {
    const questions: string[] = [];
    const ask = (question: string) => {
      questions.push(question);
      return Promise.resolve('');
    };
    const args = ['forget', ann, '--pipeline', 'probe'];
    const declined = await pollard(args, { isTTY: true, ask });
    expect(declined).toMatchObject({
      code: 1,
      out: expect.stringContaining('nothing was deleted'),
    });
    expect(questions).toEqual(['Delete this for good? [y/N] ']);
    expect(await forget()).toMatchObject({
      ...{ code: 2, out: '', err: expect.stringContaining('add --yes, or --dry-run') },
    });
    expect(await forget('--yes', '--dry-run')).toMatchObject({ code: 2, out: '' });
    expect((await probe('forget', '', '--yes')).err).toContain('OBJECT: expected the id');
    expect((await probe('records', ann)).code).toBe(0);
  });

  it('refuses while a run is under way, which it names', async () => {
    const { runId } = await json<View>('start', ...input({ pages: [['slow']], limited: ['slow'] }));
    const refused = await forget('--yes');
    await probe('watch', runId);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain(`${runId} is under way and may save ${ann} again: pollard pause`);
  });

  it('says that a run was started while it asked', async () => {
    await json('start', '--wait', ...input({ pages: [['bob']] }));
    let runId = '';
    const ask = async () => {
      const slow = { pages: [['slow']], limited: ['slow'] };
      ({ runId } = await json<View>('start', ...input(slow)));
      return 'y';
    };
    const { code, out } = await pollard(['forget', 'bob', '--pipeline', 'probe'], { ask });
    await probe('watch', runId);
    expect(code).toBe(1);
    expect(out).toContain(`${runId} was started in the meantime: forget bob again`);
    expect(await probe('records', 'bob')).toMatchObject({ code: 2 });
  });

  it('deletes the records of a former name of the collector', async () => {
    const former = { collector: 'former', runId: 'former@2026-01-01T12:00:00.000Z' };
    const saved = { objectId: 'cid', page: 0, index: 0, record: { name: 'Cid' } };
    const writing = { expiresAt: 4_000_000_000, until: Date.now() + 60_000 };
    await onTables(async ({ runs, records }) => {
      await runs.addCollectorName('former');
      await records.save(former, [saved], writing);
    });
    expect(await json('forget', 'cid', '--yes')).toMatchObject({ records: 1, deleted: true });
    expect(await probe('records', 'cid')).toMatchObject({ code: 2 });
    const again = await probe('forget', 'cid', '--yes');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('nothing of cid') });
  });

  it('leaves nothing of the object in the tables but the texts that it names', async () => {
    expect(await forget('--yes')).toMatchObject({ code: 0, err: '' });
    const told = await json('forget', ann, '--yes');
    expect(told).toMatchObject({
      records: 0,
      failures: 0,
      pages: 0,
      listedData: 0,
      deleted: false,
    });
    const staying = Object.keys(told['staysIn'] as object);
    expect(staying).toEqual(['the input or the state of a run']);
    const naming = (await everythingStored()).filter((text) => text.includes(ann));
    expect(naming.filter((text) => !text.includes('"json"'))).toEqual([]);
    expect(await probe('records', ann)).toMatchObject({ code: 2 });
  });

  it('leaves the others as they were: their records, their failures, and a redrive that collects only them', async () => {
    const first = await probe('records', '--run', failed.runId);
    expect(first.out.trim().split('\n')).toHaveLength(40);
    const failures = await probe('failures', failed.runId);
    expect(failures.out).toContain('(id not kept)\t-\tno detail');
    expect(failures.out).toContain('z\t1\tNonRetryableError: z is gone');
    const redriven = await json<View>('redrive', failed.runId, '--wait');
    expect(redriven).toMatchObject({ status: 'SUCCEEDED', counts: { listed: 1, saved: 1 } });
    expect(await probe('records', ann)).toMatchObject({ code: 2 });
  });

  it('forgets again what a later poll has collected, as long as the source lists it', async () => {
    await json('start', '--wait', ...input({ pages: [[ann]] }));
    const told = await json('forget', ann, '--yes');
    expect(told).toMatchObject({ records: 1, pages: 1, deleted: true });
    expect(await probe('records', ann)).toMatchObject({ code: 2 });
  });
});

/** Does some work on the tables of the pipeline. */
async function onTables<T>(work: (pipeline: Pipeline) => Promise<T>): Promise<T> {
  const operator = operatorOf({}, process.env);
  try {
    const options = { pipeline: 'probe' };
    const [pipeline] = await findPipelines(operator, options, whereOf({}, process.env));
    return await work(pipeline);
  } finally {
    operator.close();
  }
}

/** Reads every item of both tables, with what is deflated in it, as a text each. */
const everythingStored = (): Promise<string[]> =>
  onTables(async ({ operator, published }) => {
    const parts = Object.values(published.tables).flatMap((table) =>
      [...Array(scanSegments).keys()].map((segment) => ({ table, segment })),
    );
    const texts: string[] = [];
    for (const { table, segment } of parts) {
      for await (const items of itemsOf(operator.dynamoDb(), table, segment)) {
        texts.push(...items.map(textOf));
      }
    }
    return texts;
  });

const textOf = (item: Item): string => {
  const data = item['data']?.B ? [...unpackPageData(item['data'].B)] : [];
  return JSON.stringify({ ...item, deflated: [idsOf(item), data] });
};
