import type { KitGuard } from '../../guards';
import { seededChance, type Chance } from '../../models/chance';
import { plainInput, type KitInput } from '../input';
import { noRates, type Kill, type Plan, type Rates } from '../plan';
import { aimedPlans } from './aimed-plans';

/** What a plan is made from: what is not said is as in a run in which nothing happens. */
export type Sketch = Partial<Omit<Plan, 'seed' | 'kind'>>;

type Sketcher = (chance: Chance) => Sketch;

/** Of the runs of a build without a guard, how many get the plan that is aimed at it. */
const aimedShare = 0.7;

/** A guard of which chaos knows nothing has no plan. */
const plansByGuard: Readonly<Partial<Record<KitGuard, Sketcher>>> = aimedPlans;

/** The plan of a seed. Without a guard, most plans are aimed at what it guards against. */
export function planOf(seed: number, without: KitGuard | undefined): Plan {
  const chance = seededChance(seed);
  const aimed = without === undefined ? undefined : plansByGuard[without];
  if (without !== undefined && aimed && chance.hits(aimedShare)) {
    return finished(seed, without, aimed(chance), chance);
  }
  const [kind, sketch] = chance.pick(kinds);
  return finished(seed, kind, sketch(chance), chance);
}

function finished(seed: number, kind: string, sketch: Sketch, chance: Chance): Plan {
  return {
    kind,
    seed,
    pipeline: chance.pick(['skip', 'buffer', 'cancel', 'all', 'distinct']),
    input: plainInput,
    rates: noRates,
    longestDelayMs: 1_200,
    stormMs: 6_000,
    kills: [],
    aims: [],
    ticksMs: [],
    cancelMs: undefined,
    holdMs: 0,
    reconcile: true,
    ...sketch,
  };
}

/** A source of some pages of some objects, each with its ways. */
export function anyInput(chance: Chance): KitInput {
  const sizes = Array.from({ length: 1 + chance.below(5) }, () =>
    chance.hits(0.1) ? 0 : 1 + chance.below(8),
  );
  const names = sizes.flatMap((size, page) =>
    Array.from({ length: size }, (_, index) => `${page}-${index}`),
  );
  const some = (share: number) => names.filter(() => chance.hits(share));
  const unstable = chance.hits(0.1);
  return {
    ...plainInput,
    sizes,
    numbered: chance.hits(0.3),
    unstable,
    twins: !unstable && chance.hits(0.15),
    sleepMs: chance.pick([0, 20, 100, 300]),
    failing: chance.hits(0.4) ? some(0.1) : [],
    flaky: chance.hits(0.3) ? some(0.2) : [],
    unchanged: chance.hits(0.3) ? some(0.2) : [],
    held: chance.hits(0.2) ? some(0.1) : [],
  };
}

/** Faults of every kind, few or many. */
function anyRates(chance: Chance): Rates {
  const few = () => chance.pick([0, 0, 0.02, 0.05]);
  const more = () => chance.pick([0, 0, 0.05, 0.1, 0.2]);
  return {
    hangUp: few(),
    drop: more(),
    refuse: few(),
    deny: chance.pick([0, 0, 0.01, 0.02]),
    throttle: few(),
    delay: more(),
    partial: more(),
    copy: more(),
    late: more(),
    again: few(),
    keep: chance.pick([0, 0, 0.02]),
  };
}

/** At most two kills: fewer than `maxReceiveCount`, so that none of them makes a dead letter. */
const anyKills = (chance: Chance): Kill[] =>
  Array.from({ length: 1 + chance.below(2) }, () => ({
    atMs: chance.below(2_500),
    victim: chance.pick(['start', 'page', 'object', 'object', 'callback', 'reconcile']),
  }));

const maybeTick = (chance: Chance): number[] => (chance.hits(0.3) ? [1 + chance.below(2_500)] : []);

const anyHold = (chance: Chance): number => chance.below(3_000);

const storm: Sketcher = (chance) => ({
  input: anyInput(chance),
  rates: anyRates(chance),
  ticksMs: maybeTick(chance),
  holdMs: anyHold(chance),
});

const kills: Sketcher = (chance) => ({
  input: { ...anyInput(chance), sleepMs: 300 },
  kills: anyKills(chance),
  ticksMs: maybeTick(chance),
});

const stormAndKills: Sketcher = (chance) => ({ ...storm(chance), kills: anyKills(chance) });

const cancelled: Sketcher = (chance) => ({
  ...storm(chance),
  ticksMs: [],
  cancelMs: 200 + chance.below(1_500),
});

const aimed: Sketcher = (chance) => {
  const [first, ...others] = Object.values(aimedPlans);
  if (!first) throw new Error('There are no aimed plans');
  return chance.pick([first, ...others])(chance);
};

const kinds: readonly [[string, Sketcher], ...[string, Sketcher][]] = [
  ['storm', storm],
  ['storm', storm],
  ['storm', storm],
  ['kills', kills],
  ['storm and kills', stormAndKills],
  ['cancelled', cancelled],
  ['aimed', aimed],
  ['aimed', aimed],
];
