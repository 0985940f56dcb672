import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import type * as inPlace from '../../shared/core/guards';

/** The guards by the names that `--without` takes, and their constants. */
const constants = {
  'pending-condition': 'pendingCondition',
  'climb-again': 'climbAgain',
  'high-water-mark': 'highWaterMark',
  manifest: 'manifest',
  'extend-before-open': 'extendBeforeOpen',
  'save-before-settle': 'saveBeforeSettle',
  'status-fence': 'statusFence',
  'lease-condition': 'leaseCondition',
} as const satisfies Record<string, keyof typeof inPlace>;

/** A guard that a test build can leave out. */
export type Guard = keyof typeof constants;

export const guards = Object.keys(constants) as Guard[];

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
