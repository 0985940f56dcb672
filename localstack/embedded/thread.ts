import { existsSync } from 'node:fs';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { buildSync } from 'esbuild';
import { nativeRequire } from './native';

const bundles = new Map<string, string>();

/**
 * Starts a thread that runs a file of Pollard, without the program's loader.
 * @param path absolute, without extension: JavaScript in the package, TypeScript in the repo
 */
export function startThread(path: string, options: WorkerOptions): Worker {
  const own = { ...options, execArgv: [] };
  if (existsSync(`${path}.js`)) return new Worker(`${path}.js`, own);
  return new Worker(bundle(`${path}.ts`), { ...own, eval: true });
}

/** Bundles a TypeScript file and its imports into one CommonJS script, once per process. */
function bundle(entry: string): string {
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
