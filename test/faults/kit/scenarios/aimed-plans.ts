import type { ChordGuard } from '../../guards';
import type { Chance } from '../../models/chance';
import { plainInput, type KitInput } from '../input';
import type { Sketch } from './chaos-plan';

/** Plans aimed at what each guard guards against. A build with all guards passes them. */
export const aimedPlans: Readonly<Record<ChordGuard, (chance: Chance) => Sketch>> = {
  // Copies of the same objects, worked on while the others are.
  'pending-condition': (chance) => ({
    pipeline: leased(chance),
    input: pages([4, 4], { sleepMs: 150 }),
    aims: [{ on: /^send objects$/, times: 4, act: { kind: 'copy', afterMs: chance.below(300) } }],
    holdMs: 1_500,
  }),
  // Killed after the last settle of a page (or branch) and before it climbs. Reconcile, which would repair that, is off.
  'climb-again': (chance) => ({
    pipeline: leased(chance),
    input: pages([4, 3], { sleepMs: 20 }),
    aims: [
      {
        on: chance.pick([/^settle page$/, /^settle page$/, /^settle branch$/]),
        times: 1,
        complete: true,
        act: { kind: 'killAfter', victim: 'object' },
      },
    ],
    reconcile: false,
  }),
  // The first page's task once more, when the second page has long been settled and the last one has not.
  'high-water-mark': (chance) => ({
    pipeline: leased(chance),
    input: held([2, 1, 1, 2]),
    aims: [{ on: /^send pages$/, times: 1, act: { kind: 'copy', afterMs: 3_000 } }],
    holdMs: 5_500,
  }),
  // A source that never lists the same twice, page tasks that come twice, and a kill in the middle of a page.
  manifest: (chance) => ({
    pipeline: leased(chance),
    input: held([5, 4, 5], { unstable: true }),
    aims: [
      { on: /^send pages$/, times: 3, act: { kind: 'copy', afterMs: 100 + chance.below(1_000) } },
      ...(chance.hits(0.5)
        ? [
            {
              on: /^put manifest$/,
              times: 1,
              after: chance.below(3),
              act: { kind: 'killAfter', victim: 'page' } as const,
            },
          ]
        : []),
    ],
    holdMs: 2_500,
  }),
  // The page's first object is held, so the others open its node, and the settle that guesses that there is none is the last.
  'open-once': (chance) => ({
    pipeline: leased(chance),
    input: pages([3, 2], { held: ['0-0'] }),
    holdMs: 1_500,
  }),
  // The successor becomes pending late: later than the page's own objects take.
  'extend-before-open': (chance) => ({
    pipeline: leased(chance),
    input: pages([2, 2, 2]),
    aims: [{ on: /^extend /, times: 2, act: { kind: 'delay', ms: 1_200 } }],
  }),
  // The objects of a page behind that of the message are sent late, and the function is killed when the page behind it is stored.
  'fan-out-before-next': (chance) => ({
    pipeline: leased(chance),
    input: pages([3, 3, 2]),
    aims: [
      { on: /^send objects$/, times: 1, after: 1, act: { kind: 'delay', ms: 1_200 } },
      { on: /^put manifest$/, times: 1, after: 2, act: { kind: 'killAfter', victim: 'page' } },
    ],
    reconcile: false,
  }),
  // Killed when it has stored a page behind that of its message.
  'resume-listing': (chance) => ({
    pipeline: leased(chance),
    input: pages([2, 2, 1, 2]),
    aims: [
      {
        on: /^put manifest$/,
        times: 1,
        after: 1 + chance.below(2),
        act: { kind: 'killAfter', victim: 'page' },
      },
    ],
    reconcile: false,
  }),
  // Records are refused for a while.
  'save-before-settle': (chance) => ({
    pipeline: leased(chance),
    input: pages([3, 3]),
    aims: [{ on: /^save record/, times: 3, act: { kind: 'deny' } }],
  }),
  // Objects come again long after their run has ended.
  'status-fence': (chance) => ({
    pipeline: leased(chance),
    input: pages([2, 2]),
    aims: [{ on: /^send objects$/, times: 3, act: { kind: 'copyAfterTheEnd' } }],
  }),
  // A tick in the middle of a run, and another at its heels.
  'lease-condition': (chance) => ({
    pipeline: 'skip',
    input: held([2, 2]),
    ticksMs: [1, 300 + chance.below(1_000)],
    holdMs: 2_500,
  }),
};

/** A pipeline that has a lease and does not cut runs short. */
const leased = (chance: Chance): string => chance.pick(['skip', 'buffer', 'distinct']);

const pages = (sizes: readonly number[], more: Partial<KitInput> = {}): KitInput => ({
  ...plainInput,
  sizes,
  ...more,
});

/** The last page's objects are held, so that the run goes on for as long. */
function held(sizes: readonly number[], more: Partial<KitInput> = {}): KitInput {
  const last = sizes.length - 1;
  const size = sizes[last] ?? 0;
  const names = Array.from({ length: size }, (_, index) => `${last}-${index}`);
  return pages(sizes, { held: names, ...more });
}
