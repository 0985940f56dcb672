import { atOnce, type ColdStarts } from '../../../localstack/embedded/lambda/cold-starts';
import type { Environment } from '../../../localstack/embedded/lambda/environment';
import { environmentPool } from '../../../localstack/embedded/lambda/pool';

/** An environment that is up when the test says so. */
interface Started extends Environment {
  readonly comeUp: () => Promise<void>;
  /** Ends it, as a crash would. */
  readonly die: () => void;
}

/** Lets what waits for a promise go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function poolOf(coldStarts: ColdStarts = atOnce) {
  const started: Started[] = [];
  const pool = environmentPool({
    coldStarts,
    start: (onEnd) => {
      let up: () => void = () => undefined;
      const isUp = new Promise<void>((resolve) => (up = resolve));
      const environment = {
        id: `environment ${started.length}`,
        alive: true,
        up: () => isUp,
        comeUp: () => {
          up();
          return settled();
        },
        die: () => {
          environment.alive = false;
          onEnd(environment);
          up();
        },
        kill: () => {
          environment.die();
          return Promise.resolve();
        },
      } as unknown as Started & { alive: boolean };
      started.push(environment);
      return environment;
    },
  });
  const given: (string | undefined)[] = [];
  const take = async () => {
    void pool.take().then((environment) => given.push(environment?.id));
    await settled();
  };
  return { pool, started, given, take };
}

it('gives an event the environment that starts for it, once that is up', async () => {
  const { started, given, take } = poolOf();
  await take();
  expect(given).toEqual([]);
  await started[0]!.comeUp();
  expect(given).toEqual(['environment 0']);
});

it('gives an event what becomes idle before that, and the next event what has started', async () => {
  const { pool, started, given, take } = poolOf();
  await take();
  await started[0]!.comeUp();
  await take();
  pool.release(started[0]!);
  await settled();
  expect(given).toEqual(['environment 0', 'environment 0']);
  await take();
  expect(started).toHaveLength(2);
  await started[1]!.comeUp();
  expect(given.at(-1)).toBe('environment 1');
});

it('takes of those that are idle the one that has been there longest', async () => {
  const { pool, started, given, take } = poolOf();
  await take();
  await take();
  for (const environment of started) await environment.comeUp();
  for (const environment of [...started].reverse()) pool.release(environment);
  await take();
  expect(given.at(-1)).toBe('environment 0');
});

it('starts so many at once, each further one when its turn has come and it is still wanted', async () => {
  const turns: ((may: boolean) => void)[] = [];
  const asked: (() => boolean)[] = [];
  const { pool, started, given, take } = poolOf({
    atOnce: 1,
    turn: (wanted) => {
      asked.push(wanted);
      return new Promise((resolve) => turns.push(resolve));
    },
    close: () => undefined,
  });
  for (let n = 0; n < 3; n += 1) await take();
  expect(started).toHaveLength(1);
  turns[0]!(true);
  await settled();
  expect(started).toHaveLength(2);
  for (const environment of started) await environment.comeUp();
  pool.release(started[0]!);
  await settled();
  expect(given).toEqual(['environment 0', 'environment 1', 'environment 0']);
  expect(asked.map((wanted) => wanted())).toEqual([false, false]);
  turns[1]!(true);
  await settled();
  expect(started).toHaveLength(2);
});

it('lets a turn go whose event has been served, though others wait: it has waited for that one only', async () => {
  const asked: (() => boolean)[] = [];
  const { pool, started, take } = poolOf({
    atOnce: 1,
    turn: (wanted) => {
      asked.push(wanted);
      return new Promise(() => undefined);
    },
    close: () => undefined,
  });
  for (let n = 0; n < 3; n += 1) await take();
  await started[0]!.comeUp();
  expect(asked.map((wanted) => wanted())).toEqual([true, true]);
  pool.release(started[0]!);
  expect(asked.map((wanted) => wanted())).toEqual([false, true]);
});

it('tells an event of an environment that ended while it started, and keeps none that has ended', async () => {
  const { pool, started, given, take } = poolOf();
  await take();
  started[0]!.die();
  await settled();
  expect(given).toEqual(['environment 0']);
  pool.release(started[0]!);
  expect([...pool.all]).toEqual([]);
  await take();
  expect(started).toHaveLength(2);
});

it('lets nobody wait once it is closed', async () => {
  const { pool, started, given, take } = poolOf();
  await take();
  await pool.close();
  await take();
  expect(given).toEqual([undefined, undefined]);
  expect(started[0]!.alive).toBe(false);
});
