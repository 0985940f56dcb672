import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';

type NodeModules = Pick<typeof import('node:module'), 'createRequire'>;

/** Node's own `require`: neither Jest nor tsx stands between. */
export const nativeRequire = (process.getBuiltinModule('node:module') as NodeModules).createRequire(
  join(__dirname, 'import-natively.cjs'),
);

/** Imports an ES module by its absolute path; where Jest has taken `import()` away, through the main context. */
export async function importNatively(path: string): Promise<unknown> {
  const { href } = pathToFileURL(path);
  const native = nativeRequire('./import-natively.cjs') as { importNatively: Importer };
  try {
    return await native.importNatively(href);
  } catch (error) {
    if (!isFlagMissing(error)) throw error;
    const options = { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
    const importer = new Script('(specifier) => import(specifier)', options);
    return (importer.runInThisContext() as Importer)(href);
  }
}

type Importer = (specifier: string) => Promise<unknown>;

const isFlagMissing = (error: unknown): boolean =>
  (error as { code?: unknown }).code === 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG';
