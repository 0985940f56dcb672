import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionBundling } from '../support/bundling';
import { leavingOut, type Guard } from './guards';

/** Bundles a file as `infra/handler.ts` has the functions bundled, with a guard left out or none. */
export async function bundle(
  entry: string,
  outfile: string,
  without: Guard | undefined,
): Promise<void> {
  await build({
    ...functionBundling,
    entryPoints: [entry],
    outfile,
    plugins: without === undefined ? [] : [leavingOut(without)],
    allowOverwrite: true,
  });
}

/** Bundles a file in a temporary directory, for as long as it is used. */
export async function withBundle<T>(
  entry: string,
  without: Guard | undefined,
  use: (outfile: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'pollard-bundle-'));
  try {
    const outfile = join(directory, 'index.js');
    await bundle(entry, outfile, without);
    return await use(outfile);
  } finally {
    await rm(directory, { recursive: true });
  }
}
