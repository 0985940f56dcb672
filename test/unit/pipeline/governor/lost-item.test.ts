import { unknownSource } from '../../../../shared/core/governor/source-state';
import { sourceGate } from '../../../../shared/pipeline/governor/gate';
import { memorySourceStore } from '../../../../testing/memory-source-store';
import { virtualClock } from '../../../faults/models/governor/virtual-clock';

it.each([
  ['a told limit', { requestsPerSecond: 10 }],
  ['a limit that was learned', {}],
])('calls with %s go on when the item of the source is lost', async (_, limits) => {
  const clock = virtualClock();
  const name = { collector: 'shop', source: 'source', key: undefined };
  const parts = { now: clock.now, random: () => 0.5, sleep: clock.sleep };
  const first = memorySourceStore();
  for (let version = 1; version <= 9; version += 1) {
    await first.writeSource(name, { ...unknownSource, version, rate: 10 });
  }
  let store = first;
  const gate = sourceGate(
    { name, limits, timeoutMs: 30_000, environment: 'e1' },
    {
      ...parts,
      store: {
        readSource: (key) => store.readSource(key),
        writeSource: (...args) => store.writeSource(...args),
        reserveTime: (...args) => store.reserveTime(...args),
        takePlaces: (...args) => store.takePlaces(...args),
      },
    },
  );
  let saved = 0;
  const call = async (what: string): Promise<void> => {
    for (;;) {
      const turn = await gate.turn({ what });
      if (turn.kind === 'go') {
        turn.report({ kind: 'ok' });
        saved += 1;
        if (saved === 10) store = memorySourceStore();
        return;
      }
      await clock.sleep(turn.until - clock.now());
    }
  };
  void Promise.all(Array.from({ length: 50 }, (_each, at) => call(`o${at}`)));
  await clock.run(() => saved === 50 || clock.now() > 120_000);
  expect(saved).toBe(50);
});
