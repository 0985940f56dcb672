import { mapAtOnce, untilDone } from '../../../shared/aws/until-done';

describe('untilDone', () => {
  it('goes on as long as each try brings something', async () => {
    let tries = 0;
    const left = await untilDone([1, 2, 3, 4, 5, 6, 7, 8], (rest) => {
      tries += 1;
      return Promise.resolve(rest.slice(1));
    });
    expect(left).toEqual([]);
    expect(tries).toBe(8);
  });

  it('gives up after six tries that brought nothing', async () => {
    let tries = 0;
    const left = await untilDone([1], (rest) => {
      tries += 1;
      return Promise.resolve(rest);
    });
    expect(left).toEqual([1]);
    expect(tries).toBe(6);
  });
});

describe('mapAtOnce', () => {
  it('keeps the order, and works on no more than it may at once', async () => {
    let now = 0;
    let most = 0;
    const results = await mapAtOnce([5, 1, 3, 2, 4], 2, async (wait) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, wait));
      now -= 1;
      return wait * 10;
    });
    expect(results).toEqual([50, 10, 30, 20, 40]);
    expect(most).toBe(2);
  });
});
