import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeRequire } from './native';

const repoRoot = join(__dirname, '..', '..');

export interface SynthesizeOptions {
  /** Context of the app, as `cdk synth -c NAME=VALUE` gives it. @default - none */
  readonly context?: Readonly<Record<string, string>>;
  /** Directory of the assembly. @default - a new one under the system's temporary directory */
  readonly output?: string;
  /** The CDK app. @default - infra/app.ts */
  readonly app?: string;
}

/**
 * Runs a CDK app in a child process, as `cdk synth` would, without the CLI, an account or the network.
 * @returns the directory of the cloud assembly, to be deleted by the caller when it is a temporary one
 * @throws SynthesisError with what the app wrote, when it failed
 */
export async function synthesize(options: SynthesizeOptions = {}): Promise<string> {
  const { context = {}, app = join(repoRoot, 'infra', 'app.ts') } = options;
  const output = options.output ?? (await mkdtemp(join(tmpdir(), 'pollard-assembly-')));
  const written = await run(app, { CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(context) });
  if (written === undefined) return output;
  if (options.output === undefined) await rm(output, { recursive: true, force: true });
  throw new SynthesisError(written);
}

/** The app could not be synthesized; the message is what it wrote. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

/** Resolves with what the app wrote to its standard error, when it failed. */
function run(app: string, variables: Record<string, string>): Promise<string | undefined> {
  const child = spawn(process.execPath, [nativeRequire.resolve('tsx/cli'), app], {
    cwd: repoRoot,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code === 0 ? undefined : written.trim());
    });
  });
}
