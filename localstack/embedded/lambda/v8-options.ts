import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 optimize code nine times later than it does by default, for the environments that are started from now on: most of
 * them end before their optimized code is ready, and who compiles it takes turns with them on the same processors. Before
 * V8 12 (Node 22) only; later ones compile in more, cheaper steps, and have no such option.
 */
export function optimizeLate(): void {
  if (Number.parseInt(process.versions.v8) < 12) setFlagsFromString('--interrupt-budget=600000');
}
