import { defineCollector } from 'pollard-aws';
import { inMemory } from 'pollard-aws/testing';

it('3,000 objects in memory are each fetched once, saved and summed', async () => {
  const ids = Array.from({ length: 3_000 }, (_, at) => `item-${at}`);
  const fetched: string[] = [];
  const shop = defineCollector({
    name: 'shop',
    listPage: ({ pageNumber }) => ({
      objects: ids.slice(pageNumber * 100, (pageNumber + 1) * 100),
      nextPageToken: pageNumber < 29 ? String(pageNumber + 1) : undefined,
    }),
    fetch: {
      price: (id) => {
        fetched.push(id);
        return id.length;
      },
    },
    crunch: (id, { price }) => ({ record: { id, price }, totals: { items: 1, price } }),
  });
  const run = await inMemory(shop).run();
  expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { listed: 3_000, saved: 3_000 } });
  expect(run.totals).toEqual({ items: 3_000, price: ids.join('').length });
  expect(fetched.toSorted()).toEqual(ids.toSorted());
  expect(run.records).toHaveLength(3_000);
});
