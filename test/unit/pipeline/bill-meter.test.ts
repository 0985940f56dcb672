import { branchNode, pageNode, runNode, settle, climb } from '../../../shared/core/chord';
import { addBilled, gbSecondsOf, sourceCallsOf } from '../../../shared/core/billed';
import { noCounts, type Run } from '../../../shared/core/run';
import {
  answerCounter,
  billedChord,
  billedRuns,
  billMeter,
  writeRest,
} from '../../../shared/pipeline/bill-meter';
import { memoryChordStore } from '../../../testing/memory-chord-store';
import { memoryRunStore } from '../../../testing/memory-run-store';

const one = { counts: { ...noCounts, saved: 1 }, totals: {} };
const outcomes = (...members: number[]) => new Map(members.map((member) => [member, one]));

/** A page of three objects, a meter of a function of 512 MB whose start took 40 ms, and a clock. */
async function billed() {
  const clock = { ms: 0 };
  const store = memoryChordStore();
  const page = pageNode('c@1', 0);
  await store.open(runNode('c@1'), [0], { expiresAt: 1 });
  await store.open(branchNode('c@1', 0), [0], { expiresAt: 1 });
  await store.open(page, [0, 1, 2], { expiresAt: 1 });
  const meter = billMeter('object', 512, 39.2, () => clock.ms);
  const chord = billedChord(store, meter);
  const invocation = async (ms: number, work: () => Promise<unknown>) => {
    meter.begin();
    clock.ms += ms;
    await work();
    clock.ms += 5;
    meter.end();
  };
  const msOf = async (node = page) => ((await store.read(node))?.billed?.object ?? 0) / 512;
  return { store, chord, meter, page, invocation, msOf };
}

describe('what a function is billed', () => {
  it('goes along with what it settles: its start, its time so far, and the rest of the invocation before', async () => {
    const { chord, page, invocation, msOf } = await billed();
    await invocation(100.5, () => settle(chord, page, outcomes(0)));
    expect(await msOf()).toBe(40 + 101);
    await invocation(200, () => settle(chord, page, outcomes(1)));
    expect(await msOf()).toBe(40 + 101 + 5 + 200);
  });

  it('goes along with the settle that opens the node of a page', async () => {
    const { chord, invocation, msOf } = await billed();
    const [other, opening] = [pageNode('c@1', 1), { size: 2, expiresAt: 1 }];
    await invocation(100, () => settle(chord, other, outcomes(0), opening));
    expect(await msOf(other)).toBe(40 + 100);
    await invocation(100, () => settle(chord, other, outcomes(0), opening));
    await invocation(100, () => settle(chord, other, outcomes(1), opening));
    expect(await msOf(other)).toBe(40 + 100 + 2 * (5 + 100));
  });

  it('is not taken by a settlement that changes nothing', async () => {
    const { chord, page, invocation, msOf } = await billed();
    await invocation(10, () => settle(chord, page, outcomes(0)));
    await invocation(100, () => settle(chord, page, outcomes(0)));
    expect(await msOf()).toBe(50);
    await invocation(1_000, () => settle(chord, page, outcomes(1)));
    expect(await msOf()).toBe(40 + 10 + 5 + 100 + 5 + 1_000);
  });

  it('climbs with the page, once', async () => {
    const { store, chord, page, invocation, msOf } = await billed();
    await invocation(60, async () => {
      const { node } = await settle(chord, page, outcomes(0, 1, 2));
      await climb(chord, page, node);
      await climb(chord, page, node);
    });
    expect(await msOf()).toBe(100);
    expect(await msOf(runNode('c@1'))).toBe(100);
    expect((await store.read(runNode('c@1')))?.counts.saved).toBe(3);
  });

  it('is written by itself where nothing settles, if it is a second or more', async () => {
    const { chord, meter, invocation, msOf } = await billed();
    await invocation(500, () => writeRest(chord, meter, 'c@1'));
    expect(await msOf(runNode('c@1'))).toBe(0);
    await invocation(500, () => writeRest(chord, meter, 'c@1'));
    expect(await msOf(runNode('c@1'))).toBe(40 + 500 + 5 + 500);
  });

  it('waits for the next write where a write fails', async () => {
    const { store, meter, invocation, msOf } = await billed();
    const failing = { ...store, addBilled: () => Promise.reject(new Error('throttled')) };
    await invocation(2_000, () => writeRest(failing, meter, 'c@1'));
    await invocation(100, () => writeRest(store, meter, 'c@1'));
    expect(await msOf(runNode('c@1'))).toBe(40 + 2_000 + 5 + 100);
  });

  it('waits for the next write where a node could not be opened', async () => {
    const { store, meter, chord, page, invocation, msOf } = await billed();
    const failing = { ...store, open: () => Promise.reject(new Error('throttled')) };
    const opening = billedChord(failing, meter).open(page, [0], { expiresAt: 1 });
    await expect(opening).rejects.toThrow('throttled');
    await invocation(100, () => settle(chord, page, outcomes(0)));
    expect(await msOf()).toBe(40 + 100);
  });

  it('waits for the next write where another delivery has ended the run', async () => {
    const { chord, meter, page, invocation, msOf } = await billed();
    const runs = { ...memoryRunStore(), finish: () => Promise.resolve(false) };
    const ended = { status: 'SUCCEEDED', completedAt: 0 } as const;
    await invocation(60, () => billedRuns(runs, meter).finish({} as Run, 'm', ended));
    await invocation(100, () => settle(chord, page, outcomes(0)));
    expect(await msOf()).toBe(40 + 60 + 5 + 100);
  });

  it('has the calls to the source, and a refused one is worth a write', async () => {
    const { store, chord, meter, page, invocation } = await billed();
    const counted: string[] = [];
    const answer = answerCounter(meter, (metric) => counted.push(metric));
    const callsOf = async (node = page) => sourceCallsOf((await store.read(node))?.billed);
    await invocation(10, async () => {
      for (const kind of ['ok', 'failed', 'unknown'] as const) answer({ kind, by: '503' });
      await writeRest(chord, meter, 'c@1');
      expect(await callsOf(runNode('c@1'))).toBeNull();
      await settle(chord, page, outcomes(0));
    });
    expect(await callsOf()).toEqual({ made: 3, refused: 0 });
    const failing = { ...store, addBilled: () => Promise.reject(new Error('throttled')) };
    await invocation(10, async () => {
      answer({ kind: 'refused', by: '429' });
      await writeRest(failing, meter, 'c@1');
      expect(await callsOf(runNode('c@1'))).toBeNull();
      await writeRest(chord, meter, 'c@1');
      await writeRest(chord, meter, 'c@1');
    });
    expect(await callsOf(runNode('c@1'))).toEqual({ made: 1, refused: 1 });
    expect(counted).toEqual(['CallsRefused']);
  });

  it('adds up by function, and is told in GB-seconds', () => {
    const sum = addBilled({ object: 1_024_000 }, { object: 512_000, page: 1_024 });
    expect(gbSecondsOf(sum ?? {})).toEqual({ object: 1.5, page: 0.001 });
    expect(gbSecondsOf({ object: 1_024_000, calls: 7, refused: 1 })).toEqual({ object: 1 });
    expect(addBilled(undefined, undefined)).toBeUndefined();
  });
});
