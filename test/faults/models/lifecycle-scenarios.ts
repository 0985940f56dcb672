import type { Chance } from './chance';
import { leaseScenario, tick } from './scenarios';
import type { Answer } from './source';
import { beginning, type Scenario } from './world';

/**
 * A run that is cancelled, once or twice, while messages are lost: that of the cancellation may be among them. Some runs would
 * not end before their deadline by themselves, for their source is closed.
 */
export function cancelScenario(chance: Chance): Scenario {
  const scenario = leaseScenario(chance);
  const runId = `model@${new Date(beginning).toISOString()}`;
  const cancel = () => ({ afterMs: chance.below(6_000), event: { cancel: runId } });
  const answer = chance.pick<Answer>(['good', 'closed', 'closed']);
  return {
    ...scenario,
    settings: { ...scenario.settings, runDeadlineSeconds: 600 },
    source: { ...scenario.source, pages: [['o1'], ['o2']], answers: new Map([['o2', answer]]) },
    ticks: [tick(0), cancel(), ...(chance.hits(0.3) ? [cancel()] : [])],
    astray: {
      budget: chance.below(4),
      rate: chance.pick([0.2, 0.6]),
      kinds: ['lost', 'lost', 'twice'],
    },
  };
}

/** Runs that overlap, and a deploy in their middle that gives the collector another name. */
export function renameScenario(chance: Chance): Scenario {
  const scenario = leaseScenario(chance);
  const afterMs = chance.below(8_000);
  const answer = chance.pick<Answer>(['good', 'flaky', 'limited', 'kills']);
  return {
    ...scenario,
    source: {
      ...scenario.source,
      pages: [['o1', 'o2'], ['o3']],
      numbered: chance.hits(0.5),
      answers: new Map([['o2', answer]]),
    },
    rename: { afterMs, bothForMs: chance.pick([0, 0, 2_000, 20_000]) },
  };
}

/** Ticks that find each other's runs under way, most of which fail, in a pipeline that pauses itself; a person may resume it. */
export function pauseScenario(chance: Chance): Scenario {
  const scenario = leaseScenario(chance);
  const gapMs = chance.pick([0, 500, 5_000, 60_000]);
  const answer = chance.pick<Answer>(['bad', 'bad', 'flaky']);
  return {
    ...scenario,
    settings: {
      ...scenario.settings,
      overlap: 'bufferOne',
      pauseOnFailure: chance.pick([1, 2]),
      runDeadlineSeconds: 3_600,
    },
    source: { ...scenario.source, pages: [['o1']], answers: new Map([['o1', answer]]) },
    ticks: [
      ...Array.from({ length: 4 }, (_, at) => ({ ...tick(at), afterMs: at * gapMs })),
      ...(chance.hits(0.3) ? [{ afterMs: chance.below(5 * gapMs + 1), event: 'resume' }] : []),
    ],
  };
}
