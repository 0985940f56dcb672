import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** The script that a Lambda environment runs. */
export const environmentThread = join(__dirname, 'environment-thread.cjs');

/** V8's compiled form of bundles, by path: an environment that is given it starts in half of the time. */
export type CompiledCode = ReadonlyMap<string, Uint8Array>;

/** Compiles bundles, each once, on threads that end with that. One that does not load is left out. */
export async function compile(codePaths: readonly string[]): Promise<CompiledCode> {
  const compiled = await Promise.all(
    [...new Set(codePaths)].map(async (path) => [path, await compileOne(path)] as const),
  );
  return new Map(compiled.filter((entry): entry is [string, Uint8Array] => Boolean(entry[1])));
}

async function compileOne(codePath: string): Promise<Uint8Array | undefined> {
  const worker = new Worker(environmentThread, {
    workerData: { codePath, wantsCode: true, identity: {} },
    env: quietSdk,
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  try {
    const [{ code }] = (await once(worker, 'message')) as [{ code?: Uint8Array }];
    return code;
  } catch {
    return undefined;
  } finally {
    await worker.terminate();
  }
}

/** The SDK warns of Node 20 in every thread; what runs here runs on a newer Node on AWS. */
export const quietSdk = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
