import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageVersion } from '../../../shared/core/task';
import { release } from '../app/release';
import { repoRoot } from '../../../localstack/cdk';

/** What the app of the suite is made of. */
const sources = [
  'cdk.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'functions',
  'infra',
  'shared',
  'test/localstack/app',
];

/** A checkout of the release after this one. */
export interface NextRelease {
  readonly root: string;
  readonly messageVersion: number;
  readonly release: number;
  remove(): Promise<void>;
}

/** Makes a checkout of the next release: its collectors say so, and its messages have the next version. */
export async function nextRelease(): Promise<NextRelease> {
  const root = await mkdtemp(join(tmpdir(), 'pollard-next-'));
  for (const source of sources) {
    await cp(join(repoRoot, source), join(root, source), { recursive: true });
  }
  await symlink(join(repoRoot, 'node_modules'), join(root, 'node_modules'));
  await raise(join(root, 'shared/core/task.ts'), 'messageVersion', messageVersion);
  await raise(join(root, 'test/localstack/app/release.ts'), 'release', release);
  return {
    root,
    messageVersion: messageVersion + 1,
    release: release + 1,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function raise(file: string, constant: string, from: number): Promise<void> {
  const text = await readFile(file, 'utf8');
  const said = `export const ${constant} = ${from};`;
  if (!text.includes(said)) throw new Error(`${file} does not say: ${said}`);
  await writeFile(file, text.replace(said, `export const ${constant} = ${from + 1};`));
}
