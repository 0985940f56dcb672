import type { SourceAnswer, SourceGate } from '../../../shared/core/governor/turn';
import { callTurns } from '../../../shared/pipeline/governor/call-turns';
import { sourceGates } from '../../../shared/pipeline/governor/sources';
import { memoryPipeline } from '../../../testing/memory-pipeline';
import { memorySourceStore } from '../../../testing/memory-source-store';

/** The gate of a source that takes 1,000 requests a second, and what it was asked for and told. */
function watchedGate() {
  const { collector } = memoryPipeline({
    collector: { source: { requestsPerSecond: 1_000 } },
  }).pipeline;
  const store = memorySourceStore();
  const gate = sourceGates(collector, {}, { store, now: Date.now, random: Math.random }).gateFor();
  if (!gate) throw new Error('The source has no gate');
  const asked: string[] = [];
  const told: SourceAnswer[] = [];
  const watched: SourceGate = {
    ...gate,
    turn: async (request) => {
      asked.push(request.what);
      const turn = await gate.turn(request);
      if (turn.kind === 'wait') return turn;
      const report = (answer: SourceAnswer) => {
        told.push(answer);
        turn.report(answer);
      };
      return { ...turn, report };
    },
  };
  return { gate: watched, asked, told };
}

describe('the calls of a function', () => {
  it('spend its turn first; each further one takes a turn of its own and says what the source answered', async () => {
    const { gate, asked, told } = watchedGate();
    const { http, turn } = callTurns(gate, 'station-7', 1);
    (await http())({ kind: 'ok' });
    expect(asked).toEqual([]);
    expect(await turn(() => Promise.resolve(7))).toBe(7);
    (await http())({ kind: 'refused', by: '429', waitMs: 10 });
    expect(asked).toEqual(['station-7', 'station-7']);
    expect(told).toEqual([{ kind: 'ok' }, { kind: 'refused', by: '429', waitMs: 10 }]);
    await gate.flush();
  });

  it('by an SDK tell what its error says of the source', async () => {
    const { gate, told } = watchedGate();
    const { turn } = callTurns(gate, 'station-7');
    const error = new Error('failed', { cause: new Response(null, { status: 503 }) });
    await expect(turn(() => Promise.reject(error))).rejects.toBe(error);
    expect(told).toMatchObject([{ kind: 'failed' }]);
    await gate.flush();
  });

  it('wait for nothing where the collector names no source', async () => {
    const { http, turn } = callTurns(undefined, 'station-7');
    (await http())({ kind: 'ok' });
    expect(await turn(() => Promise.resolve(7))).toBe(7);
  });
});
