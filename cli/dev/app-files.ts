import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { build } from 'esbuild';
import { nativeRequire } from '../../localstack/embedded/native';
import { readSettings } from '../../localstack/embedded/synthesize';

/**
 * Lists the files of a project's CDK app, which are watched for changes: `cdk.json`, the file that its command runs, and the
 * files of the project that this one imports. For an app in another language that is `cdk.json` alone.
 * @returns absolute paths
 */
export async function appFiles(project = process.cwd()): Promise<string[]> {
  const settings = join(project, 'cdk.json');
  const entry = readSettings(project)
    .app.split(/\s+/)
    .find((word) => /\.[cm]?[jt]s$/.test(word) && existsSync(resolve(project, word)));
  if (entry === undefined) return [settings];
  return [settings, ...(await filesFrom(resolve(project, entry), project))];
}

async function filesFrom(entry: string, project: string): Promise<string[]> {
  const esbuild = nativeRequire('esbuild') as { build: typeof build };
  try {
    const { metafile } = await esbuild.build({
      entryPoints: [entry],
      absWorkingDir: project,
      bundle: true,
      metafile: true,
      write: false,
      packages: 'external',
      platform: 'node',
      outdir: project,
      logLevel: 'silent',
    });
    return Object.keys(metafile.inputs).map((path) => resolve(project, path));
  } catch {
    // A file has a mistake: the synthesis of the app reports it.
    return [entry];
  }
}
