import { latch } from '../../../shared/core/latch';
import { semaphore } from '../../../shared/core/semaphore';

describe('latches', () => {
  it('wait until each of them has arrived, however often one says so', async () => {
    let together = false;
    const [one, other, last] = latch(3);
    void last!.all.then(() => (together = true));
    for (const { arrive } of [one!, one!, one!, other!]) arrive();
    await Promise.resolve();
    expect(together).toBe(false);
    last!.arrive();
    await one!.all;
    expect(together).toBe(true);
    other!.arrive();
  });

  it('are as many as asked for', () => {
    expect(latch(0)).toEqual([]);
    expect(latch(2)).toHaveLength(2);
  });
});

describe('a pool', () => {
  it('runs so many at the same time, the others in order, and goes on after errors', async () => {
    const inPool = semaphore(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const tasks = [0, 1, 2, 3].map((at) =>
      inPool(() => {
        begun.push(at);
        return new Promise<void>((resolve, reject) => {
          ends[at] =
            at === 0
              ? () => {
                  reject(new Error('no'));
                }
              : resolve;
        });
      }),
    );
    expect(begun).toEqual([0, 1]);
    ends[0]?.();
    await expect(tasks[0]).rejects.toThrow('no');
    expect(begun).toEqual([0, 1, 2]);
    ends[1]?.();
    ends[2]?.();
    await tasks[2];
    ends[3]?.();
    await Promise.all(tasks.slice(1));
    expect(begun).toEqual([0, 1, 2, 3]);
    await expect(inPool(() => Promise.resolve(7))).resolves.toBe(7);
  });
});
