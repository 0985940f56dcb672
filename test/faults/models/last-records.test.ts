import type { ObjectOutcome } from '../../../shared/core/object-outcome';
import type { Run, RunSettings } from '../../../shared/core/run';
import { parseSettings } from '../../../shared/environment';
import { keepLastRecords } from '../../../shared/pipeline/object/keep-last-records';
import { type Pipeline } from '../../../shared/pipeline/pipeline';
import { timeBudgetOf } from '../../../shared/pipeline/time-budget';
import { saveCollected, type Group } from '../../../shared/pipeline/object/save-collected';
import { memoryPipeline } from '../../../testing/memory-pipeline';
import { memoryRecordStore } from '../../../testing/memory-record-store';
import { seededChance, type Chance } from './chance';
import { turns, type Worker } from './lean/turns';
import type { FaultPlan } from './machine';

const interleavings = 2_500;
const object = { collector: 'shop', objectId: 'a' };
const expiresAt = 4_000_000_000;
const faults = (): FaultPlan => ({
  budget: 3,
  rate: 0.15,
  kinds: ['dieBefore', 'dieAfter', 'refuse', 'loseAnswer', 'sendTwice'],
});

/** A message about the object in a run: what its deliveries make of it. */
interface Message {
  readonly group: Group;
  readonly finds: 'crunched' | 'unchanged';
}

const runIdOf = (hour: number) => `shop@2026-01-01T${String(hour).padStart(2, '0')}`;

function groupOf(hour: number, settings: Partial<RunSettings>): Group {
  const run: Run = {
    runId: runIdOf(hour),
    scheduledTime: '',
    trigger: 'tick',
    collector: 'shop',
    status: 'RUNNING',
    generation: 0,
    v: 2,
    startedAt: 0,
    deadline: Infinity,
    settings: { ...parseSettings({}), attempts: 5, maxPages: 1, distinct: 'page', ...settings },
  };
  return { run, page: 0, generation: 0, isolated: false, members: [] };
}

/** Works on a message as an invocation does. @returns whether the object is done */
async function work(pipeline: Pipeline, { group, finds }: Message): Promise<boolean> {
  const outcome: ObjectOutcome =
    finds === 'crunched'
      ? { kind: 'crunched', record: {}, totals: {} }
      : { kind: 'unchanged', totals: {}, last: undefined };
  const budget = timeBudgetOf(pipeline.now(), 60_000);
  const member = { objectId: 'a', index: 0, attempt: 1 };
  const saved = await saveCollected(pipeline, group, [{ member, outcome }], budget);
  const kept = await keepLastRecords(pipeline, group, saved, budget);
  return kept.every((each) => each.outcome.kind !== 'retry');
}

/** What the records of the object are at the start: hour and expiry, the oldest first. */
type History = readonly { readonly hour: number; readonly lasting: boolean }[];

/** Delivers messages side by side, each until it is done, some twice. @returns the records, the newest first */
async function interleave(seed: number, history: History, messages: readonly Message[]) {
  const chance = seededChance(seed);
  const table = turns();
  const tables = new Map<string, Map<string, unknown>>();
  const plain = memoryRecordStore({ tables });
  for (const { hour, lasting } of history) {
    const record = { objectId: 'a', page: 0, index: 0, record: {}, lasting };
    await plain.save({ ...object, runId: runIdOf(hour) }, [record], { expiresAt, until: Infinity });
  }
  const waiting = messages.flatMap((message) =>
    chance.hits(0.3) ? [message, message] : [message],
  );
  const { pipeline } = memoryPipeline();
  const move = (): boolean => {
    const [message] = waiting.splice(chance.below(waiting.length), 1);
    if (!message) return false;
    const worker: Worker = { after: undefined, onEnd: undefined };
    const records = memoryRecordStore(table.hooksOf(worker, tables));
    let isDone = false;
    table.start(
      worker,
      async () => {
        isDone = await work({ ...pipeline, records }, message);
      },
      (end) => {
        if (end !== 'done' || !isDone) waiting.push(message);
      },
    );
    return true;
  };
  let fault: unknown;
  const fail = (error: unknown) => (fault = error);
  const ended = await table.run({ chance, faults: faults(), move, trace: undefined, fail });
  expect({ fault, ended }).toEqual({ fault: undefined, ended: true });
  return plain.readNewest(object, 100);
}

/** Records of earlier hours, as a collector leaves them that lists changes, or all, or did one after the other. */
function historyOf(chance: Chance): History {
  const hours = Array.from({ length: chance.below(5) }, (_, at) => 2 + 3 * at);
  const lasts = chance.hits(0.7);
  return hours.map((hour, at) => ({ hour, lasting: lasts && at === hours.length - 1 }));
}

/** Messages of two or three runs: new ones, backfills of earlier hours, and late duplicates of runs that were before. */
const messagesOf = (chance: Chance, settings: Partial<RunSettings>): Message[] =>
  Array.from({ length: 2 + chance.below(2) }, () => ({
    group: groupOf(1 + chance.below(20), settings),
    finds: chance.hits(0.75) ? 'crunched' : 'unchanged',
  }));

describe('the records of an object, whatever crashes, is delivered twice or runs at the same time', () => {
  it.each(['page', 'run'] as const)(
    'have no expiry if newest, and one if not, where changes are listed, with distinct: %s',
    async (distinct) => {
      for (let seed = 1; seed <= interleavings; seed += 1) {
        const chance = seededChance(-seed);
        const history = historyOf(chance);
        const messages = messagesOf(chance, { listing: 'changes', distinct });
        const records = await interleave(seed, history, messages);
        const lasting = records.map((record) => record.expiresAt === undefined);
        expect({ seed, lasting }).toEqual({ seed, lasting: records.map((_, at) => at === 0) });
      }
    },
  );

  it('have an expiry where all objects are listed again after changes were', async () => {
    for (let seed = 1; seed <= interleavings; seed += 1) {
      const chance = seededChance(-seed);
      const history = historyOf(chance);
      const messages = [
        ...messagesOf(chance, { listing: 'all', lastingUntil: expiresAt }),
        { group: groupOf(21, { listing: 'all', lastingUntil: expiresAt }), finds: 'unchanged' },
      ] as const;
      const records = await interleave(seed, history, messages);
      const lasting = records.filter((record) => record.expiresAt === undefined);
      expect({ seed, lasting }).toEqual({ seed, lasting: [] });
    }
  });
});
