import { once } from 'node:events';
import { bootSandbox } from './sandboxes';

/** V8's compiled form of bundles, by path: an environment that is given it starts in half of the time. */
export type CompiledCode = Map<string, Uint8Array>;

/** The code of one function. */
export interface FunctionCode {
  /** Its compiled form, as far as it is known. */
  compiled(): Uint8Array | undefined;
  /** Whether an environment is to send its compiled code after its event: only the first one is. */
  wanted(): boolean;
  learn(compiled: Uint8Array): void;
}

/** The code at a path, as one of the functions there uses it. V8 compiles a function when it is first called. */
export function functionCode(all: CompiledCode, path: string): FunctionCode {
  let asked = false;
  return {
    compiled: () => all.get(path),
    wanted: () => {
      const wanted = !asked && all.has(path);
      asked = true;
      return wanted;
    },
    learn: (compiled) => all.set(path, compiled),
  };
}

/** Compiles bundles, each once, on threads that end with that. One that does not load is left out. */
export async function compile(codePaths: readonly string[]): Promise<CompiledCode> {
  const compiled = await Promise.all(
    [...new Set(codePaths)].map(async (path) => [path, await compileOne(path)] as const),
  );
  return new Map(compiled.filter((entry): entry is [string, Uint8Array] => Boolean(entry[1])));
}

async function compileOne(codePath: string): Promise<Uint8Array | undefined> {
  const worker = bootSandbox();
  try {
    await once(worker, 'message');
    worker.postMessage({ wantsCode: true, variables: quietSdk, codePath });
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
