import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type NodeModules = Pick<typeof import('node:module'), 'createRequire'>;

/** Node's own `require`: neither Jest nor tsx stands between. */
export const nativeRequire = (process.getBuiltinModule('node:module') as NodeModules).createRequire(
  join(__dirname, 'native.cjs'),
);

/** Imports an ES module by its absolute path. */
export function importNatively(path: string): Promise<unknown> {
  const native = nativeRequire('./native.cjs') as {
    importNatively: (specifier: string) => Promise<unknown>;
  };
  return native.importNatively(pathToFileURL(path).href);
}

/** The directory of an installed package, also of one that does not offer its files. */
export function packageRoot(name: string): string {
  const places = nativeRequire.resolve.paths(name) ?? [];
  const root = places.map((place) => join(place, name)).find((path) => existsSync(path));
  if (root === undefined) throw new Error(`${name} is not installed`);
  return root;
}
