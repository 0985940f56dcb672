import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const repoRoot = join(__dirname, '..', '..', '..');

/**
 * Runs the CDK CLI as a person would, from the root of a checkout.
 * @throws Error with what it wrote, when it failed
 */
export function cdk(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  root = repoRoot,
): Promise<void> {
  const cli = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: root,
    env: { ...process.env, CI: 'true', NO_COLOR: '1', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`cdk ${args.join(' ')} failed:\n${written.slice(-4_000)}`));
    });
  });
}
