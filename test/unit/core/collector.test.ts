import { InvalidInputError } from '../../../shared/core/errors';
import { defineCollector, isUnchanged, unchanged } from '../../../shared/collector/definition';

const minimal = {
  name: 'shop',
  listPage: () => ({ objects: [] }),
  fetch: { object: (id: string) => Promise.resolve({ id }) },
  crunch: () => ({ record: {} }),
};

describe('defineCollector', () => {
  it('gives crunch exactly what the fetchers return', async () => {
    const collector = defineCollector({
      ...minimal,
      fetch: {
        object: async (id: string) => Promise.resolve({ price: id.length }),
        details: () => 'blue',
      },
      crunch: (id, { object, details }) => {
        const price: number = object.price;
        const color: string = details;
        return { record: { id, price, color } };
      },
    });
    const crunched = await collector.crunch(
      'abc',
      { object: { price: 3 }, details: 'blue' },
      {} as never,
    );
    expect(crunched).toEqual({ record: { id: 'abc', price: 3, color: 'blue' } });
  });

  it('fills in the defaults', () => {
    expect(defineCollector(minimal)).toMatchObject({
      attempts: 5,
      maxPages: 10_000,
      previous: false,
      distinct: 'page',
      listing: 'all',
      listTimeoutMs: 30_000,
      fetchers: [{ name: 'object', timeoutMs: 30_000 }],
    });
  });

  it('takes the timeout of each fetcher by name', () => {
    const { fetchers } = defineCollector({ ...minimal, fetchTimeoutSeconds: { object: 0.5 } });
    expect(fetchers).toMatchObject([{ timeoutMs: 500 }]);
  });

  it('names every fault in one error', () => {
    const wrong = { ...minimal, name: 'a b', attempts: 0, retries: 3, crunch: 'x', pageCount: -1 };
    const define = () => defineCollector(wrong as never);
    for (const field of ['name', 'attempts', 'retries', 'crunch', 'pageCount']) {
      expect(define).toThrow(new RegExp(field));
    }
  });

  it('says what an option was to be, which is missing, and which it does not know', () => {
    const faulty = { name: 'two words', fetch: { a: 3 }, crunch: minimal.crunch, listPages: 1 };
    expect(() => defineCollector(faulty as never)).toThrow(
      new InvalidInputError(
        'defineCollector: name: expected 1 to 64 letters, digits, - and _, got "two words"; listPage: is missing; ' +
          'fetch.a: expected a function, got 3; listPages: is unknown: did you mean listPage?',
      ),
    );
  });

  it('refuses a listing that it does not know, by name', () => {
    const define = () => defineCollector({ ...minimal, listing: 'some' as never });
    expect(define).toThrow(
      new InvalidInputError('defineCollector: listing: expected "all" or "changes", got "some"'),
    );
  });

  it('refuses a timeout for a fetcher that there is not', () => {
    const define = () =>
      defineCollector({ ...minimal, fetchTimeoutSeconds: { detials: 3, objcet: 2 } as never });
    expect(define).toThrow(
      new InvalidInputError(
        'defineCollector: fetchTimeoutSeconds.detials: expected the name of a fetcher; ' +
          'fetchTimeoutSeconds.objcet: expected the name of a fetcher',
      ),
    );
  });

  it('takes one timeout for all fetchers, and the default for one that is not named', () => {
    const fetch = { ...minimal.fetch, details: () => 1 };
    const timeouts = (fetchTimeoutSeconds: never) =>
      defineCollector({ ...minimal, fetch, fetchTimeoutSeconds }).fetchers.map(
        ({ timeoutMs }) => timeoutMs,
      );
    expect(timeouts(2 as never)).toEqual([2_000, 2_000]);
    expect(timeouts({ details: 0.25 } as never)).toEqual([30_000, 250]);
  });

  it('hands on what its functions return', async () => {
    const listed = { objects: ['a'], nextPageToken: '1' };
    const collector = defineCollector({
      ...minimal,
      listPage: ({ pageNumber }) => (pageNumber === 2 ? listed : { objects: [] }),
      onComplete: (run) => ({ state: { last: run.id } }),
      distinct: 'run',
    });
    expect(await collector.listPage({ pageNumber: 2 } as never)).toBe(listed);
    expect(await collector.onComplete({ id: 'r' } as never, {} as never)).toEqual({
      state: { last: 'r' },
    });
    expect(await collector.fetchers[0]!.fetch('x', {} as never)).toEqual({ id: 'x' });
    expect(collector.distinct).toBe('run');
    expect(collector.pageCount).toBeUndefined();
  });

  it.each([
    [
      { pageCount: 'many' },
      'pageCount: expected a function or a whole number from 0 to 10000, got "many"',
    ],
    [
      { fetch: { 'two words': () => 1 } },
      'fetch.two words: expected a name of letters and digits, got "two words"',
    ],
    [
      { fetchTimeoutSeconds: 'soon' },
      'fetchTimeoutSeconds: expected 0.05 to 900 seconds, or such a number for each fetcher by name, got "soon"',
    ],
  ])('says what was expected in place of %j', (wrong, fault) => {
    expect(() => defineCollector({ ...minimal, ...wrong } as never)).toThrow(
      new InvalidInputError(`defineCollector: ${fault}`),
    );
  });

  it('refuses what is no definition at all', () => {
    expect(() => defineCollector(undefined as never)).toThrow(/defineCollector/);
  });

  it('asks for numbered pages by a number or a function', async () => {
    expect(await defineCollector({ ...minimal, pageCount: 3 }).pageCount?.({} as never)).toBe(3);
    const asked = defineCollector({ ...minimal, pageCount: () => Promise.resolve(4) });
    expect(await asked.pageCount?.({} as never)).toBe(4);
  });
});

it('knows its own unchanged() from a look-alike', () => {
  expect(isUnchanged(unchanged())).toBe(true);
  expect(isUnchanged({ unchanged: true })).toBe(false);
  expect(isUnchanged(undefined)).toBe(false);
});
