import { defineCollector, lambdaHandlers, RateLimitedError, unchanged } from 'pollard-aws';

declare const FROM_BUNDLING: string | undefined;

const seen = new Set<string>();

export const collector = defineCollector({
  name: 'collector',
  listPage: () => ({ objects: ['a', 'b', 'limited', 'unchanged'] }),
  fetch: {
    item: (id) => {
      const first = !seen.has(id);
      seen.add(id);
      // The collector and the test may load two copies of Pollard: neither may depend on the class of an error.
      if (id === 'limited' && first) throw new RateLimitedError('later', { retryAfterSeconds: 1 });
      return { bundled: typeof FROM_BUNDLING === 'string' ? FROM_BUNDLING : 'no' };
    },
  },
  crunch: (id, { item }) => (id === 'unchanged' ? unchanged() : { record: { id, ...item } }),
  attempts: 1,
});

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
