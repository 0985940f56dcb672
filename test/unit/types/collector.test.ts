import { defineCollector, type CollectorDefinition } from '../../../shared/collector/definition';

// `npm run typecheck` reads these: a directive that expects no error is an error.
const rest = {
  name: 'types',
  fetch: { size: (id: string) => id.length },
  crunch: (id: string, { size }: { readonly size: number }) => ({ record: { id, size } }),
};

describe('the type of a collector', () => {
  it('refuses a misspelt key of a page, as the run does', () => {
    const collector = defineCollector({
      ...rest,
      // @ts-expect-error: unknownKey: 'nextToken'
      listPage: ({ pageNumber }) => Promise.resolve({ objects: [], nextToken: String(pageNumber) }),
    });
    expect(collector.name).toBe('types');
  });

  it('refuses a misspelt key of what onComplete returns', () => {
    const collector = defineCollector({
      ...rest,
      listPage: () => ({ objects: [] }),
      // @ts-expect-error: unknownKey: 'sate'
      onComplete: () => ({ state: 1, sate: 2 }),
    });
    expect(collector.name).toBe('types');
  });

  it('takes a page with or without a token, and an onComplete that returns a state at times', () => {
    const collector = defineCollector({
      name: 'types',
      listPage: ({ pageNumber }) =>
        pageNumber > 2
          ? { objects: [] }
          : { objects: ['a'], nextPageToken: pageNumber > 1 ? null : 'next' },
      fetch: { size: (id) => id.length },
      crunch: (id, { size }) => ({ record: { id, size: size.toFixed() } }),
      onComplete: ({ status }) => (status === 'FAILED' ? undefined : { state: status }),
    });
    expect(collector.name).toBe('types');
  });

  it('takes a page of ids and of ids with data, what it carries, and a total', () => {
    const collector = defineCollector({
      ...rest,
      listPage: ({ carry }) => ({
        objects: ['a', { id: 'b', data: { price: 1 } }],
        carry: { before: carry ?? null },
        total: null,
      }),
      totalTolerance: 10,
      onComplete: ({ carry, total }) => ({ state: { carry, total } }),
    });
    expect(collector.totalTolerance).toBe(10);
  });

  it('takes a definition that is typed by itself', () => {
    const definition: CollectorDefinition<{ size: number }> = {
      ...rest,
      listPage: () => ({ objects: [] }),
    };
    expect(defineCollector(definition).name).toBe('types');
  });

  it('gives crunch the results of fetchers without unchanged(), which a conditional request may return', () => {
    const collector = defineCollector({
      name: 'types',
      listPage: async ({ http }) => ({ objects: await http.json<string[]>('/ids') }),
      fetch: {
        size: (id, { http }) => http.json<number>(`/${id}`, { conditional: true }),
        name: async (id, { http }) => (await http.request<string>(`/${id}/name`)).json(),
      },
      crunch: (id, { size, name }) => ({ record: { id, size: size.toFixed(), name: name.trim() } }),
    });
    expect(collector.fetchers).toHaveLength(2);
  });
});
