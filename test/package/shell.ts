import { spawn } from 'node:child_process';

/** The folder and the environment of a command. */
export interface Where {
  readonly cwd: string;
  /** Variables added to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Timeout of a command, in ms: one that hangs fails. */
const timeout = 300_000;

/**
 * Runs a command without a terminal.
 * @returns what it wrote to its standard output
 * @throws Error with all that it wrote, when it fails
 */
export function sh(command: string, { cwd, env = {} }: Where): Promise<string> {
  const child = spawn(command, {
    shell: true,
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
  });
  let out = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${command}: exit code ${String(code)}\n${all.slice(-6_000)}`));
    });
  });
}
