import { defineCollector, lambdaHandlers, NonRetryableError } from 'pollard-aws';

/** A careless collector: whatever it throws, logs, returns and sums holds its secrets, in every encoding. */
const collector = defineCollector({
  name: 'leaky',
  attempts: 2,
  listPage: ({ secrets, logger, pageNumber }) => {
    logger.info(`listing with ${leaksOf(secrets).join(' ')}`, { headers: leaksOf(secrets) });
    if (pageNumber === 1)
      throw new NonRetryableError(`GET /page?key=${leaksOf(secrets).join('&')}`);
    const objects = ['thrown', 'cause', 'record', 'total', 'shape', 'long', 'saved'];
    return { objects, nextPageToken: '2' };
  },
  fetch: {
    object: (id, { secrets }) => {
      const leaks = leaksOf(secrets);
      console.log('calling', { url: `https://api/?key=${leaks[0] ?? ''}`, leaks });
      if (id === 'thrown') throw new Error(`GET https://api/?key=${leaks.join('&')} failed`);
      if (id === 'cause') throw new Error('fetch failed', { cause: { headers: leaks } });
      return leaks;
    },
  },
  crunch: (id, { object: leaks }, { logger }) => {
    logger.warn('crunching', { leaks });
    const [leak = ''] = leaks;
    if (id === 'record') return { record: { [leak]: leaks } };
    if (id === 'total') return { record: {}, totals: { [`of ${leak}`]: 1 } };
    if (id === 'shape') return { record: {}, [leak]: 1 };
    // Each check shortens what it quotes: here in the middle of the secret.
    if (id === 'long') return { record: { ['x'.repeat(190) + leak]: NaN } };
    return { record: { id } };
  },
  onComplete: (_run, { secrets, logger }) => {
    logger.error(new Error(leaksOf(secrets).join(' ')) as never);
    return { state: { next: leaksOf(secrets) } };
  },
});

/** The values of secrets, as they are, URL-encoded, and in base64. */
const leaksOf = (secrets: Readonly<Record<string, string>>): string[] =>
  [secrets['apiKey'] ?? '', secrets['token'] ?? ''].flatMap((value) => [
    value,
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
    Buffer.from(`me:${value}`).toString('base64'),
  ]);

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
