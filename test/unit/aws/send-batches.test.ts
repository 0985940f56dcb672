import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { batchesOf, batching } from '../../../shared/aws/sqs/send-batches';
import { latch } from '../../../shared/core/latch';
import { limits } from '../../../shared/core/limits';

const sizes = (bytes: readonly number[]) =>
  batchesOf(bytes, (size) => 'é'.repeat(size / 2)).map((batch) => batch.length);

describe('batches of messages', () => {
  it('take 10 entries', () => {
    expect(sizes(Array.from({ length: 21 }, () => 10))).toEqual([10, 10, 1]);
    expect(sizes([])).toEqual([]);
  });

  it('take 1 MiB in UTF-8 in all', () => {
    expect(sizes([limits.messageBytes, 2])).toEqual([1, 1]);
    expect(sizes([limits.messageBytes - 2, 2, 2])).toEqual([2, 1]);
    expect(sizes([600_000, 600_000, 2])).toEqual([1, 2]);
  });
});

describe('a sender', () => {
  const requests: (readonly SendMessageBatchRequestEntry[])[] = [];
  const take = (entries: readonly SendMessageBatchRequestEntry[]) => {
    requests.push(entries);
    return Promise.resolve();
  };
  /** What never comes. */
  const never = new Promise<void>(() => undefined);
  const entries = (...bodies: string[]) => bodies.map((MessageBody) => ({ MessageBody }));
  const sent = () => requests.map((each) => each.map(({ MessageBody }) => MessageBody).join(''));

  beforeEach(() => {
    requests.length = 0;
    jest.useFakeTimers();
  });
  afterEach(() => jest.useRealTimers());

  it('sends at once what does not wait, and what waits with it', async () => {
    const send = batching(take, 8, 20);
    void send(entries('w'), never);
    await Promise.all([send(entries('a', 'b')), send(entries('c')), send([])]);
    expect(sent()).toEqual(['wab', 'c']);
  });

  it('lets callers share a request, and gives each entry an id of its own', async () => {
    const send = batching(take, 8, 20);
    const both = Promise.all([send(entries('a', 'b'), never), send(entries('c'), never)]);
    await jest.advanceTimersByTimeAsync(19);
    expect(requests).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await both;
    expect(requests.map((each) => each.map(({ Id }) => Id))).toEqual([['0', '1', '2']]);
  });

  it('sends what is full at once, and the rest when its time has come', async () => {
    const send = batching(take, 8, 20);
    const all = send(entries(...Array.from('abcdefghijkl')), never);
    expect(sent()).toEqual(['abcdefghij']);
    await jest.advanceTimersByTimeAsync(20);
    await all;
    expect(sent()).toEqual(['abcdefghij', 'kl']);
    const later = send(entries('m'), never);
    await jest.advanceTimersByTimeAsync(20);
    await later;
    expect(sent().at(-1)).toBe('m');
  });

  it('sends what waits as soon as that is there', async () => {
    const [one, other] = latch(2);
    const send = batching(take, 8, 20);
    const both = Promise.all([send(entries('a'), one!.all), send(entries('b'), other!.all)]);
    one!.arrive();
    one!.arrive();
    await jest.advanceTimersByTimeAsync(0);
    expect(sent()).toEqual([]);
    other!.arrive();
    await both;
    expect(sent()).toEqual(['ab']);
  });

  it('keeps to the requests at once', async () => {
    let underWay = 0;
    let most = 0;
    const slow = async () => {
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
    };
    const all = batching(slow, 2, 20)(entries(...Array<string>(55).fill('x')));
    await jest.advanceTimersByTimeAsync(100);
    await all;
    expect(most).toBe(2);
  });

  it('tells every caller of a request that failed, and no other', async () => {
    const send = batching(
      (batch) =>
        batch.some(({ MessageBody }) => MessageBody === 'bad')
          ? Promise.reject(new Error('refused'))
          : Promise.resolve(),
      8,
      20,
    );
    const first = send(entries(...Array<string>(10).fill('x')), never);
    const shared = Promise.allSettled([send(entries('a'), never), send(entries('bad'), never)]);
    await jest.advanceTimersByTimeAsync(20);
    await expect(first).resolves.toBeUndefined();
    expect((await shared).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
