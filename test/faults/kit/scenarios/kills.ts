import type { FunctionName } from '../../../../shared/environment';
import { seededChance, type Chance } from '../../models/chance';
import { carryOut, type FurtherCheck } from '../drive';
import { plainInput } from '../input';
import { settingsFor, timesOf } from '../pipelines';
import { noRates, type Aim, type Plan } from '../plan';
import type { Scenario } from '../scenario';

/** Kills in a run; the pipeline lets a message die five times, so none of them makes a dead letter. */
const killsARun = 4;

/** How much longer than the visibility timeout a run may take after its last kill, in seconds. */
const toleranceSeconds = 10;

/** 2,000 objects, and environments killed in the middle of their work. */
export const kills: Scenario = {
  name: 'kills',
  summary:
    `2,000 objects of 0.15 to 0.3 s, up to ${killsARun} environments killed in a run, one at least, at points of ` +
    'the run that follow from the seed; fewer than maxReceiveCount (5). All are saved, the callback takes effect once, and the run ends within the visibility ' +
    `timeout (${timesOf(3).visibilitySeconds} s with functions of 3 s) and ${toleranceSeconds} s of the last kill.`,
  pipelines: (times) => [
    {
      name: 'kills',
      collector: 'kit',
      settings: {
        ...settingsFor(times),
        objectsPerMessage: 40,
        objectsAtOnce: 80,
        maxConcurrency: 4,
      },
    },
  ],
  clouds: 3,
  runs: 2,
  busy: true,
  pipelineOf: () => 'kills',
  run: (pipelineUnderTest, seed) =>
    carryOut(pipelineUnderTest, planOf(seed), (view, lastKillAt) => [
      ...allSaved(view, lastKillAt),
      ...recovered(view, lastKillAt, pipelineUnderTest.times.visibilitySeconds + toleranceSeconds),
    ]),
};

function planOf(seed: number): Plan {
  const chance = seededChance(seed);
  return {
    kind: 'kills',
    seed,
    pipeline: 'kills',
    input: { ...plainInput, sizes: Array.from({ length: 20 }, () => 100), sleepMs: 300 },
    rates: noRates,
    longestDelayMs: 0,
    stormMs: 0,
    kills: [],
    // Records are saved in every run, by environments that are then at work: the first one is never missed.
    aims: Array.from({ length: killsARun }, (_, at) =>
      killAt(at === 0 ? 'object' : chance.pick(['object', 'object', 'page', 'callback']), chance),
    ),
    ticksMs: [],
    cancelMs: undefined,
    holdMs: 0,
    reconcile: true,
  };
}

/** Kills an environment of a function during one of the calls by which its work is told, of this many at least. */
function killAt(victim: Victim, chance: Chance): Aim {
  const [on, calls] = progress[victim];
  return { on, times: 1, after: chance.below(calls), act: { kind: 'killOne', victim } };
}

type Victim = keyof typeof progress;

const progress = {
  object: [/^save records$/, 2_000 / 25],
  page: [/^put manifest$/, 20],
  callback: [/^update status$/, 1],
} as const satisfies Partial<Record<FunctionName, readonly [RegExp, number]>>;

const allSaved: FurtherCheck = ({ runs }) =>
  runs.flatMap(({ run }) => {
    const saved = run.result?.counts.saved ?? 0;
    const ended = run.status === 'SUCCEEDED' && saved === 2_000;
    return ended ? [] : [`${run.status} with ${saved} saved of 2,000`];
  });

function recovered(
  { runs }: Parameters<FurtherCheck>[0],
  lastKillAt: number | undefined,
  withinSeconds: number,
): string[] {
  if (lastKillAt === undefined) return ['no environment was at work to be killed'];
  return runs.flatMap(({ run }) => {
    const seconds = ((run.completedAt ?? Infinity) - lastKillAt) / 1_000;
    return seconds <= withinSeconds
      ? []
      : [`it ended ${seconds.toFixed(1)} s after the last kill, more than ${withinSeconds} s`];
  });
}
