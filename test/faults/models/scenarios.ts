import type { OverlapPolicy, SettingsInput } from '../../../shared/environment';
import type { Chance } from './chance';
import type { Fault } from './machine';
import { mostObjects, type Answer, type SourcePlan } from './source';
import { beginning, type Scenario } from './world';

const faults: readonly [Fault, ...Fault[]] = [
  'dieBefore',
  'dieAfter',
  'refuse',
  'loseAnswer',
  'sendTwice',
];

/** Short times: what counts is their order. */
const times = {
  startTimeoutSeconds: 2,
  pageTimeoutSeconds: 2,
  objectTimeoutSeconds: 2,
  callbackTimeoutSeconds: 2,
  reconcilePeriodSeconds: 5,
} as const satisfies SettingsInput;

/** The event of a tick, so many minutes after the beginning. */
export const tick = (minute: number) => ({
  afterMs: minute * 60_000,
  event: { scheduledTime: new Date(beginning + minute * 60_000).toISOString() },
});

/** One run whose pages and objects meet every kind of trouble. */
export function chordScenario(chance: Chance): Scenario {
  const reconciles = chance.hits(0.6);
  return {
    settings: {
      ...times,
      objectsPerMessage: chance.pick([1, 2]),
      objectsAtOnce: chance.pick([1, 4]),
      maxReceiveCount: chance.pick([2, 3, 5]),
      // Else a run that is stuck would end by its deadline.
      runDeadlineSeconds: chance.hits(0.1) ? 30 : 100_000,
    },
    source: sourcePlan(chance),
    ticks: [tick(0)],
    startRetries: Infinity,
    faults: { budget: chance.below(5), rate: chance.pick([0.02, 0.08]), kinds: faults },
    astray: {
      budget: chance.below(5),
      rate: chance.pick([0.05, 0.3]),
      kinds: reconciles ? ['twice', 'late', 'lost'] : ['twice', 'late'],
    },
    reconciles,
    jumps: { budget: chance.below(3), rate: 0.02 },
  };
}

function sourcePlan(chance: Chance): SourcePlan {
  const distinct = chance.hits(0.2) ? 'run' : 'page';
  let made = 0;
  const pages = Array.from({ length: 1 + chance.below(3) }, () =>
    Array.from({ length: chance.below(3) }, () =>
      distinct === 'run' && chance.hits(0.3) ? 'o0' : `o${(made += 1)}`,
    ),
  ).map((objects) => [...new Set(objects)]);
  return {
    pages,
    numbered: chance.hits(0.25),
    changing: chance.hits(0.4),
    distinct,
    answers: answers(chance),
    attempts: 2,
  };
}

const troubles: readonly [Answer, ...Answer[]] = [
  'unchanged',
  'bad',
  'flaky',
  'limited',
  'hangs',
  'kills',
];
const pageTroubles: readonly [Answer, ...Answer[]] = ['bad', 'flaky', 'limited', 'hangs', 'kills'];

function answers(chance: Chance): ReadonlyMap<string, Answer> {
  const map = new Map<string, Answer>();
  if (chance.hits(0.4)) {
    for (let at = 0; at < mostObjects; at += 1) {
      if (chance.hits(0.2)) map.set(`o${at}`, chance.pick(troubles));
    }
  }
  if (chance.hits(0.1)) map.set(`page${chance.below(2)}`, chance.pick(pageTroubles));
  return map;
}

const policies: readonly [OverlapPolicy, ...OverlapPolicy[]] = ['skip', 'bufferOne', 'cancelOther'];

/** Ticks that find each other's runs under way. The runs are small: what counts is who may run. */
export function leaseScenario(chance: Chance): Scenario {
  const overlap = chance.pick(policies);
  const gapMs = chance.pick([0, 500, 5_000, 60_000]);
  const runs = Array.from({ length: 3 }, (_, at) => ({ ...tick(at), afterMs: at * gapMs }));
  return {
    settings: {
      ...times,
      overlap,
      maxReceiveCount: 5,
      runDeadlineSeconds: chance.pick([30, 3_600]),
    },
    source: {
      pages: chance.pick([[], [[]], [['o1']]]),
      numbered: true,
      changing: false,
      distinct: 'page',
      answers: new Map(),
      attempts: 2,
    },
    // Long after them comes one that finds the lease free, whatever became of the others.
    ticks: [...runs, { ...tick(3), afterMs: 7_000_000 }],
    startRetries: 2,
    faults: { budget: chance.below(5), rate: chance.pick([0.02, 0.08]), kinds: faults },
    astray: {
      budget: chance.below(3),
      rate: 0.1,
      kinds: ['twice', 'late', 'lost'],
    },
    reconciles: true,
    jumps: { budget: chance.below(4), rate: 0.03 },
  };
}

/** A run that is cut short, and redrives of it: all but the last may be cut short too. */
export function redriveScenario(chance: Chance): Scenario {
  const scenario = chordScenario(chance);
  const pageAnswers = new Map<string, Answer>(chance.hits(0.5) ? [['page1', 'flaky']] : []);
  const idAt = (at: number) => `model@${new Date(beginning + at * redriveGapMs).toISOString()}`;
  const cut = (at: number, runId: string) => ({
    afterMs: at * redriveGapMs + chance.below(4_000),
    event: { cancel: runId },
  });
  const redrive = (at: number, redriveOf: string) => ({
    afterMs: at * redriveGapMs,
    event: { scheduledTime: new Date(beginning + at * redriveGapMs).toISOString(), redriveOf },
  });
  const [first, second, third] = [idAt(0), `${idAt(1)}~r1`, `${idAt(2)}~r1`] as const;
  return {
    ...scenario,
    settings: { ...scenario.settings, runDeadlineSeconds: 1_800 },
    source: { ...scenario.source, changing: false, distinct: 'page', answers: pageAnswers },
    ticks: [
      tick(0),
      cut(0, first),
      redrive(1, first),
      cut(1, second),
      redrive(2, second),
      ...(chance.hits(0.5) ? [cut(2, third), redrive(3, third)] : []),
    ],
    reconciles: true,
  };
}

const isCancel = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'cancel' in event;

/** A run whose `onComplete` may fail for good, and redrives that call it again; some of them fail too. */
export function callbackScenario(chance: Chance): Scenario {
  const scenario = redriveScenario(chance);
  return {
    ...scenario,
    settings: { ...scenario.settings, maxReceiveCount: chance.pick([2, 5]) },
    source: { ...scenario.source, answers: new Map([['complete', 'bad']]) },
    // The runs that it redrives may be cut short, too.
    ticks: chance.hits(0.3)
      ? scenario.ticks
      : scenario.ticks.filter(({ event }) => !isCancel(event)),
  };
}

/** Objects that always fail or ask to wait for longer than reconcile is patient, and messages that are lost or come twice. */
export function retryScenario(
  chance: Chance,
  troubles: readonly [Answer, ...Answer[]] = ['broken', 'limited', 'flaky', 'good'],
): Scenario {
  const scenario = chordScenario(chance);
  const answerAt = (at: number): [string, Answer] => [`o${at}`, chance.pick(troubles)];
  const pages = Array.from({ length: 1 + chance.below(3) }, (_, page) =>
    Array.from({ length: 1 + chance.below(3) }, (__, index) => `o${3 * page + index}`),
  );
  return {
    ...scenario,
    settings: { ...scenario.settings, maxReceiveCount: 5, runDeadlineSeconds: 100_000 },
    source: {
      ...scenario.source,
      pages,
      changing: false,
      distinct: 'page',
      answers: new Map(Array.from({ length: mostObjects }, (_, at) => answerAt(at))),
      attempts: chance.pick([2, 3]),
      retryAfterSeconds: 60,
    },
    astray: { budget: 1 + chance.below(5), rate: 0.2, kinds: ['twice', 'late', 'lost'] },
    reconciles: true,
  };
}

/** An object that kills its handlers on one of several pages, and messages of any page that are lost or come twice. */
export function isolationScenario(chance: Chance): Scenario {
  const scenario = chordScenario(chance);
  const pages = Array.from({ length: 2 + chance.below(2) }, (_, page) => [
    `o${2 * page}`,
    `o${2 * page + 1}`,
  ]);
  return {
    ...scenario,
    settings: {
      ...scenario.settings,
      maxReceiveCount: chance.pick([3, 5]),
      runDeadlineSeconds: 100_000,
    },
    source: {
      ...scenario.source,
      pages,
      changing: false,
      distinct: 'page',
      answers: new Map<string, Answer>([[chance.pick(['o0', 'o3']), 'kills']]),
    },
    astray: { budget: 1 + chance.below(4), rate: 0.2, kinds: ['lost', 'twice'] },
    reconciles: true,
  };
}

/** Long enough for a run that was cancelled to end, whatever goes wrong. */
const redriveGapMs = 3_600_000;
