import type { BuildOptions } from 'esbuild';

/** The options with which `infra/handler.ts` has the functions bundled, as esbuild's own; `test/infra/bundle.test.ts` compares. */
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
  legalComments: 'none',
  supported: { 'dynamic-import': false },
  logLevel: 'error',
} satisfies BuildOptions;
