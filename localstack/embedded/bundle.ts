import type { buildSync } from 'esbuild';
import { nativeRequire } from './native';

const bundles = new Map<string, string>();

/**
 * A TypeScript file and what it imports as one CommonJS script, for a worker thread: those start without the loader of
 * the program. Built once a process.
 */
export function bundle(entry: string): string {
  const made = bundles.get(entry);
  if (made !== undefined) return made;
  const esbuild = nativeRequire('esbuild') as { buildSync: typeof buildSync };
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    define: { __dirname: JSON.stringify(__dirname) },
    logLevel: 'error',
  });
  const script = outputFiles[0]?.text ?? '';
  bundles.set(entry, script);
  return script;
}
