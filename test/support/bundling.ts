import type { BuildOptions } from 'esbuild';
import { aliases, definesOf } from '../../infra/leave-out';

/** The options with which `infra/build.ts` has the functions of a pipeline without secrets bundled; `test/infra/bundle.test.ts` compares. */
export const functionBundling = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  mainFields: ['module', 'main'],
  alias: { ...aliases },
  define: definesOf([]),
  legalComments: 'none',
  supported: { 'dynamic-import': false },
  logLevel: 'error',
} satisfies BuildOptions;
