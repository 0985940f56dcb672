import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const repoRoot = join(__dirname, '..');

/** The options of a run of the CDK CLI. */
export interface CdkOptions {
  /** Laid over the shell's variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The checkout. @default - this one */
  readonly root?: string;
  /** Shows what the CLI writes, as it writes it. @default - it is kept for the error */
  readonly shown?: boolean;
}

/**
 * Runs the CDK CLI as a person would, from the root of a checkout.
 * @throws CdkError with what it wrote, when it failed
 */
export function cdk(args: readonly string[], options: CdkOptions): Promise<void> {
  const { variables, root = repoRoot, shown = false } = options;
  const cli = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: root,
    env: { ...process.env, ...variables },
    stdio: shown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new CdkError(`cdk ${args.join(' ')} failed. ${written.slice(-4_000)}`));
    });
  });
}

/** The CDK CLI failed; the message is the command, and what it wrote unless that was shown. */
export class CdkError extends Error {
  override readonly name = 'CdkError';
}
