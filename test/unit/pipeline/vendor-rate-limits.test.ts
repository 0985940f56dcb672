import { noon, memoryPipeline, pump } from '../../../testing/memory-pipeline';

/** An error that a Response caused. */
const answered = (status: number, headers: Record<string, string> = {}) =>
  new Error('The call failed', { cause: new Response(null, { status, headers }) });

/** What axios, Octokit and the like throw for a 429. */
const vendorError = (retryAfter: string) =>
  Object.assign(new Error('Request failed with status code 429'), {
    response: { status: 429, headers: { 'retry-after': retryAfter } },
  });

describe('an error of another client that carries a rate limit', () => {
  it.each([
    ['a fetcher', { fetch: { object: failing(vendorError('40')) } }],
    ['crunch', { crunch: failing(vendorError('40')) }],
  ])('from %s uses no attempt, and is waited for', async (_, collector) => {
    const memory = memoryPipeline({ collector: { ...collector, attempts: 1 } });
    await memory.start({ scheduledTime: noon });
    const began = memory.pipeline.now();
    await pump(memory);
    const run = await memory.run();
    expect(run.result?.counts).toMatchObject({ saved: 2, failed: 0 });
    expect(memory.counted.get('ObjectsRateLimited')).toBe(2);
    expect(memory.pipeline.now() - began).toBeGreaterThanOrEqual(40_000);
    expect(memory.refusals.count).toBe(0);
  });

  it('from listPage uses no attempt of the listing', async () => {
    let calls = 0;
    const listPage = () => {
      calls += 1;
      if (calls === 1) throw answered(503, { 'retry-after': '20' });
      return { objects: ['a'] };
    };
    const memory = memoryPipeline({ collector: { listPage, attempts: 1 } });
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    expect(await memory.run()).toMatchObject({ status: 'SUCCEEDED' });
    expect(memory.counted.get('CallsRefused')).toBe(1);
  });

  it('uses attempts when it is a 500, and has the secrets read again when it is a 403 without a limit', async () => {
    const fetchObject = (id: string) => {
      throw id === 'a' ? answered(500) : answered(403);
    };
    const memory = memoryPipeline({ collector: { fetch: { object: fetchObject }, attempts: 2 } });
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    expect((await memory.run()).result?.counts).toMatchObject({ failed: 2 });
    expect(memory.refusals.count).toBe(2);
  });
});

/** A function that throws once for each object, and then answers. */
function failing(error: unknown) {
  const seen = new Set<string>();
  return (id: string) => {
    if (seen.has(id)) return { record: { id } };
    seen.add(id);
    throw error;
  };
}
