import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** The package that this file belongs to. */
export interface OwnPackage {
  readonly root: string;
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Reads the package.json above this file. */
export function ownPackage(folder = __dirname): OwnPackage {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return ownPackage(dirname(folder));
  const { version, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as OwnPackage;
  return { root: folder, version, devDependencies };
}

/**
 * Finds the dependency that a project's package.json must name to install this same package: the tarball that this copy was
 * installed from, or its version in the registry.
 * @returns `undefined` for a checkout, which is no package
 */
export function specOf({ root, version }: OwnPackage, project: string): string | undefined {
  const modules = dirname(root);
  if (basename(modules) !== 'node_modules') return undefined;
  const tarball = installedFrom(modules, basename(root));
  return tarball === undefined ? version : `file:${pathFrom(project, tarball)}`;
}

/** Finds the tarball that npm installed a package from, in the lock file that npm keeps in node_modules. */
function installedFrom(modules: string, name: string): string | undefined {
  const lock = join(modules, '.package-lock.json');
  if (!existsSync(lock)) return undefined;
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
    packages?: Record<string, { resolved?: string }>;
  };
  const resolved = packages?.[`node_modules/${name}`]?.resolved ?? '';
  if (!resolved.startsWith('file:')) return undefined;
  const tarball = resolve(dirname(modules), resolved.slice('file:'.length));
  return existsSync(tarball) ? tarball : undefined;
}

/** Writes a path for package.json: with slashes, and relative unless it is far up. */
function pathFrom(project: string, file: string): string {
  const near = relative(project, file);
  return (isAbsolute(near) || near.startsWith(join('..', '..', '..')) ? file : near)
    .split(sep)
    .join('/');
}
