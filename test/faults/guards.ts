import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import type * as inPlace from '../../shared/core/guards';

/** The guards by the names that `--without` takes, and their constants. */
const constants = {
  'pending-condition': 'pendingCondition',
  'climb-again': 'climbAgain',
  'high-water-mark': 'highWaterMark',
  manifest: 'manifest',
  'open-once': 'openOnce',
  'extend-before-open': 'extendBeforeOpen',
  'fan-out-before-next': 'fanOutBeforeNext',
  'resume-listing': 'resumeListing',
  'save-before-settle': 'saveBeforeSettle',
  'status-fence': 'statusFence',
  'lease-condition': 'leaseCondition',
  'cancel-written': 'cancelWritten',
  'source-turns': 'sourceTurns',
  'pause-before-hand-over': 'pauseBeforeHandOver',
} as const satisfies Record<string, keyof typeof inPlace>;

/** A guard that a test build can leave out. */
export type Guard = keyof typeof constants;

export const guards = Object.keys(constants) as Guard[];

/** The guard that only the scenario `rate-limit` covers: the governor's own model has no bundles. */
const inRateLimitAlone = 'source-turns' satisfies Guard;

/** Guards that the model of the whole pipeline covers alone: the kit's pipelines never pause, and lose no message for good. */
const inTheModelAlone = ['cancel-written', 'pause-before-hand-over'] as const satisfies Guard[];

/** A guard that the models can leave out. */
export type ModelGuard = Exclude<Guard, typeof inRateLimitAlone>;

export const modelGuards = guards.filter(
  (guard): guard is ModelGuard => guard !== inRateLimitAlone,
);

/** A guard that the kit can leave out. */
export type KitGuard = Exclude<Guard, (typeof inTheModelAlone)[number]>;

/** A guard that the scenario `chaos` and the lean models can leave out. */
export type ChordGuard = KitGuard & ModelGuard;

export const kitGuards = guards.filter(
  (guard): guard is KitGuard => !(inTheModelAlone as readonly Guard[]).includes(guard),
);

/** An esbuild plugin that leaves one guard out of a bundle. */
export const leavingOut = (guard: Guard): Plugin => ({
  name: `without ${guard}`,
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]shared[\\/]core[\\/]guards\.ts$/ }, async ({ path }) => {
      const [before, after] = (await readFile(path, 'utf8')).split(`${constants[guard]} = true`);
      if (after === undefined) throw new Error(`${path}: expected ${constants[guard]} = true`);
      return { loader: 'ts', contents: `${before ?? ''}${constants[guard]} = false${after}` };
    });
  },
});
