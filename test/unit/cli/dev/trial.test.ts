import { inMemory } from '../../../../testing';
import { collectorOnTrial } from '../../../../cli/dev/trial/collector';
import type { Part } from '../../../../cli/dev/trial/trial';
import {
  defineCollector,
  type Collector,
  type ObjectContext,
  type PageContext,
} from '../../../../shared/collector/definition';

/** 12 objects on 3 pages, found by tokens or by number, which keeps how it was called. */
function shop(further: object = {}) {
  const calls: string[] = [];
  const collector = defineCollector({
    name: 'shop',
    listPage: ({ pageNumber, pageToken, carry }: PageContext) => {
      calls.push(`page ${pageNumber} ${pageToken ?? '-'} ${JSON.stringify(carry)}`);
      return {
        objects: [0, 1, 2, 3].map((at) => ({ id: `o${pageNumber * 4 + at}`, data: at })),
        nextPageToken: pageNumber < 2 ? `token-${pageNumber + 1}` : null,
        carry: pageNumber,
        total: 12,
      };
    },
    fetch: { price: (id: string) => Number(id.slice(1)) },
    crunch: (id: string, { price }: { price: number }, { listed }: ObjectContext) => ({
      record: { id, price, listed: listed ?? null },
    }),
    onComplete: () => {
      calls.push('onComplete');
      return { state: 'cursor' };
    },
    ...further,
  } as never);
  return { collector, calls };
}

const ran = (collector: Collector, part: Part) =>
  inMemory(collectorOnTrial(collector, { part })).run();
const idsOf = ({ records }: { readonly records: readonly object[] }) =>
  records.map((record) => (record as { id: string }).id).sort();

describe('a run with --limit', () => {
  it('collects the first objects, in the middle of a page too, and lists no page after them', async () => {
    const { collector, calls } = shop();
    const run = await ran(collector, { kind: 'first', objects: 6 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', state: undefined });
    expect(idsOf(run)).toEqual(['o0', 'o1', 'o2', 'o3', 'o4', 'o5']);
    expect(calls).toEqual(['page 0 - undefined', 'page 1 token-1 0', 'onComplete']);
  });

  it('collects all objects of a listing that has fewer', async () => {
    const { collector } = shop();
    const run = await ran(collector, { kind: 'first', objects: 100 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { listed: 12 }, state: undefined });
  });

  it('lists numbered pages by their numbers, without asking how many there are for each', async () => {
    const listPage = ({ pageNumber }: PageContext) => ({
      objects: [`a${pageNumber}`, `b${pageNumber}`],
    });
    let asked = 0;
    const pageCount = () => {
      asked += 1;
      return 3;
    };
    const { collector } = shop({ listPage, pageCount });
    const limited = await ran(collector, { kind: 'first', objects: 3 });
    expect(limited.counts.listed).toBe(3);
    const whole = await ran(collector, { kind: 'first', objects: 100 });
    expect(whole.counts.listed).toBe(6);
    expect(asked).toBe(2);
  });

  it('leaves a wrong page to the pipeline, which refuses it', async () => {
    const { collector } = shop({ listPage: () => ['a'] });
    const run = await ran(collector, { kind: 'first', objects: 3 });
    expect(run).toMatchObject({ status: 'FAILED', counts: { listed: 0, unlistedPages: 1 } });
  });

  it('leaves a wrong result of onComplete to the pipeline', async () => {
    const { collector } = shop({ onComplete: () => ({ sate: 1 }) });
    const run = await ran(collector, { kind: 'first', objects: 1 });
    expect(run.status).toBe('CALLBACK_FAILED');
  });
});

describe('a run with --object', () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('collects the object with the data of its page, and writes what each call returned', async () => {
    const { collector, calls } = shop();
    const run = await ran(collector, { kind: 'object', id: 'o6' });
    expect(run.records).toEqual([{ id: 'o6', price: 6, listed: 2 }]);
    expect(calls).toEqual(['page 0 - undefined', 'page 1 token-1 0']);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { pollardReturned: { call: 'fetch.price', objectId: 'o6', value: '6' } },
      {
        pollardReturned: {
          call: 'crunch',
          objectId: 'o6',
          value: "{ record: { id: 'o6', price: 6, listed: 2 } }",
        },
      },
    ]);
  });

  it('collects an object that the listing does not have, without data', async () => {
    const run = await ran(shop().collector, { kind: 'object', id: 'o99' });
    expect(run.records).toEqual([{ id: 'o99', price: 99, listed: null }]);
  });

  it('tries it once', async () => {
    let calls = 0;
    const price = () => {
      calls += 1;
      throw new Error('down');
    };
    const run = await ran(shop({ fetch: { price } }).collector, {
      kind: 'object',
      id: 'o1',
    });
    expect([run.status, calls]).toEqual(['FAILED', 1]);
  });
});
