import type { Guard } from '../../../../shared/core/guards';
import { chordModel } from './chord-model';
import { exploreLean, type Interleave } from './explore';
import { leaseModel } from './lease-model';

/** Seconds on a quiet machine; one that is busy with other suites may take minutes. */
const patienceMs = 600_000;

/** By hand: `POLLARD_MODEL_SEED=17 POLLARD_MODEL_COUNT=1000000 npx jest --selectProjects faults -t interleavings`. */
const seeds = {
  from: Number(process.env['POLLARD_MODEL_SEED'] ?? 0),
  count: Number(process.env['POLLARD_MODEL_COUNT'] ?? 50_000),
};

async function expectNothing(interleave: Interleave): Promise<void> {
  const finding = await exploreLean(interleave, seeds);
  if (!finding) return;
  const { seed, broken, trace } = finding;
  throw new Error([...broken, '', ...trace, `POLLARD_MODEL_SEED=${String(seed)}`].join('\n'));
}

describe('100,000 interleavings, half of them', () => {
  it(
    'of the chord settle every object once, sum exactly and call back',
    async () => {
      await expectNothing(chordModel());
    },
    patienceMs,
  );

  it(
    'of the lease have one run after the other, and leave it free',
    async () => {
      await expectNothing(leaseModel());
    },
    patienceMs,
  );
});

const models: Readonly<Record<Guard, () => Interleave>> = {
  'pending-condition': chordModel,
  'climb-again': chordModel,
  'high-water-mark': chordModel,
  manifest: chordModel,
  'extend-before-open': chordModel,
  'save-before-settle': chordModel,
  'status-fence': chordModel,
  'lease-condition': leaseModel,
};

describe('a model without one of the guards', () => {
  it.each(Object.entries(models))('finds that %s is missing', async (guard, model) => {
    Object.assign(globalThis, { POLLARD_WITHOUT: guard });
    try {
      const finding = await exploreLean(model(), { from: 0, count: 20_000 });
      expect(finding?.broken.length).toBeGreaterThan(0);
    } finally {
      Reflect.deleteProperty(globalThis, 'POLLARD_WITHOUT');
    }
  });
});
