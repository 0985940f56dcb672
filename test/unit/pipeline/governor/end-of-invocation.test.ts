import { sourceGate } from '../../../../shared/pipeline/governor/gate';
import { memorySourceStore } from '../../../../testing/memory-source-store';
import { virtualClock } from '../../../faults/models/governor/virtual-clock';

/** The turns of ten calls to a source that takes one a second, in an invocation of 1.5 s, and when each was given. */
async function givenTurns() {
  const clock = virtualClock();
  const gate = sourceGate(
    {
      name: { collector: 'shop', source: 'source', key: undefined },
      limits: { requestsPerSecond: 1 },
      timeoutMs: 30_000,
      environment: 'e1',
    },
    { store: memorySourceStore(), now: clock.now, random: () => 0.5, sleep: clock.sleep },
  );
  const given: { readonly kind: string; readonly at: number }[] = [];
  const calls = Array.from({ length: 10 }, async (_, at) => {
    const turn = await gate.turn({ what: `o${at}`, until: 1_500 });
    given.push({ kind: turn.kind, at: clock.now() });
    if (turn.kind === 'go') turn.report({ kind: 'ok' });
  });
  const progress = { isDone: false };
  void Promise.all(calls).then(() => (progress.isDone = true));
  await clock.run(() => progress.isDone);
  return given;
}

it('a call whose turn would come after the end of its invocation is sent back before that', async () => {
  const given = await givenTurns();
  expect(given).toHaveLength(10);
  expect(Math.max(...given.map(({ at }) => at))).toBeLessThanOrEqual(1_500);
  const started = given.filter(({ kind }) => kind === 'go');
  expect(started.map(({ at }) => Math.floor(at / 1_000))).toEqual([0, 1]);
});
