import { limits } from '../../../../shared/core/limits';
import type { RunSettings } from '../../../../shared/core/run';
import { parseSettings } from '../../../../shared/environment';
import type { Chance } from '../chance';
import type { Fault, FaultPlan } from '../machine';

/** What an interleaving of the chord is made from, as far as chance does not decide it step by step. */
export interface ChordPlan {
  /** The number of the first page: near the end of a branch, so that a small run can need two of them. */
  readonly firstPage: number;
  /** Objects of each page. */
  readonly sizes: readonly number[];
  /** Whether all pages are known at the start. */
  readonly numbered: boolean;
  /** Whether a page that is listed again may be another. */
  readonly changing: boolean;
  /** A page that cannot be listed, by its place; -1 for none. */
  readonly unlisted: number;
  /** How likely an object fails for good, each time that it is worked on. */
  readonly failing: number;
  /** How many messages may come twice, be lost, or not be deleted. */
  readonly astray: number;
  /** Whether reconcile walks; only then may messages be lost for good. */
  readonly reconciles: boolean;
  /** How many times the run node or the branch node vanishes; only reconcile can repair that. */
  readonly vanishing: number;
  readonly settings: RunSettings;
  readonly faults: FaultPlan;
}

const faults: readonly [Fault, ...Fault[]] = [
  'dieBefore',
  'dieAfter',
  'refuse',
  'loseAnswer',
  'sendTwice',
];

const settingsWith = (objectsPerMessage: number): RunSettings => ({
  ...parseSettings({ objectsPerMessage }),
  attempts: 2,
  maxPages: limits.pagesPerRun,
  distinct: 'page',
});

/** Parsed once: it is what costs most of a plan. */
const [alone, together] = [settingsWith(1), settingsWith(2)];

/** A small run in which everything can happen. */
export function chordPlan(chance: Chance): ChordPlan {
  const numbered = chance.hits(0.2);
  const count = chance.pick([1, 2, 3, 3, 4]);
  const firstPage = numbered
    ? 0
    : chance.pick([0, 0, limits.pagesPerBranch - 2, limits.pagesPerBranch - 1]);
  const reconciles = chance.hits(0.5);
  return {
    firstPage,
    sizes: Array.from({ length: count }, () => chance.pick([0, 1, 1, 2])),
    numbered,
    changing: chance.hits(0.3),
    unlisted: chance.hits(0.1) ? chance.below(count) : -1,
    failing: chance.pick([0, 0, 0.4]),
    astray: chance.below(4),
    reconciles,
    vanishing: reconciles && firstPage === 0 ? chance.below(3) : 0,
    settings: chance.hits(0.5) ? alone : together,
    faults: { budget: chance.below(4), rate: 0.1, kinds: faults },
  };
}
