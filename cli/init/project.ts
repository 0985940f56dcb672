import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { OwnPackage } from './origin';

/** Files of a new project by their path, with slashes. */
export type ProjectFiles = ReadonlyMap<string, string>;

/** npm leaves a .gitignore out of a package, and the repo's tools would take a tsconfig.json for theirs. */
const renamed: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  'tsconfig.project.json': 'tsconfig.json',
};

/** Packages that a new project needs besides Pollard, in the versions that this package was tested with. */
const tools = ['@types/node', 'aws-cdk', 'esbuild', 'tsx', 'typescript'] as const;
const libraries = ['aws-cdk-lib', 'constructs'] as const;

/**
 * Makes the files of a project from the template.
 * @param spec what package.json names `pollard-aws` by
 */
export function projectFiles(project: string, own: OwnPackage, spec: string): ProjectFiles {
  const name = nameOf(project);
  const template = join(__dirname, 'template');
  const files = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name).slice(template.length + 1);
      const text = readFileSync(join(template, path), 'utf8').replaceAll('{{name}}', name);
      return [renamed[path] ?? path.replaceAll('\\', '/'), text] as const;
    });
  return new Map([['package.json', packageJson(name, own, spec)], ...files]);
}

function packageJson(name: string, { devDependencies }: OwnPackage, spec: string): string {
  const versions = (names: readonly string[]) =>
    Object.fromEntries(names.map((each) => [each, devDependencies[each]]));
  const content = {
    name,
    version: '0.1.0',
    private: true,
    scripts: {
      start: 'pollard dev',
      test: 'node --import tsx --test collectors/*.test.ts',
      typecheck: 'tsc --noEmit',
      synth: 'cdk synth --quiet',
      diff: 'cdk diff',
      deploy: 'cdk deploy --all',
      destroy: 'cdk destroy --all',
    },
    dependencies: { ...versions(libraries), 'pollard-aws': spec },
    devDependencies: versions(tools),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Turns a folder's name into one that npm allows. */
const nameOf = (project: string): string =>
  basename(project)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'collectors';

/** Lists the files of a folder that `init` must not overwrite; git's own folder does not count. */
export const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name !== '.git')
        .sort()
    : [];

/** Writes the files that do not exist yet. @returns the paths of those that do */
export function writeMissing(project: string, files: ProjectFiles): string[] {
  const kept: string[] = [];
  for (const [path, text] of files) {
    const file = join(project, path);
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(file, text, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      kept.push(path);
    }
  }
  return kept;
}
