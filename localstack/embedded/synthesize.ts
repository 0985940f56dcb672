import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export interface SynthesizeOptions {
  /** Context of the app, as `cdk synth -c NAME=VALUE` gives it. @default - none */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Directory of the assembly. @default - a new one under the system's temporary directory */
  readonly output?: string;
  /** Folder of the CDK app, with its cdk.json. @default - the working directory */
  readonly project?: string;
  /** Command that runs the app. @default - `app` of cdk.json */
  readonly app?: string;
}

/**
 * Runs a CDK app in a child process, as `cdk synth` would, without the CLI, an account or the network.
 * @returns the directory of the cloud assembly, to be deleted by the caller when it is a temporary one
 * @throws SynthesisError with what the app wrote, when it failed
 */
export async function synthesize(options: SynthesizeOptions = {}): Promise<string> {
  const { project = process.cwd() } = options;
  const settings = readSettings(project);
  const { app = settings.app } = options;
  const output = options.output ?? (await mkdtemp(join(tmpdir(), 'pollard-assembly-')));
  const context = { ...settings.context, ...options.context };
  const written = await run(app, project, {
    CDK_OUTDIR: output,
    CDK_CONTEXT_JSON: JSON.stringify(context),
  });
  const made = existsSync(join(output, 'manifest.json'));
  if (written === undefined && made) return output;
  if (options.output === undefined) await rm(output, { recursive: true, force: true });
  throw new SynthesisError(written ?? `${app}: it wrote no cloud assembly`);
}

/** The app could not be synthesized; the message says why, or is what the app wrote. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

/** The part of a `cdk.json` that is read. */
export interface CdkSettings {
  /** The command that runs the app. */
  readonly app: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * Reads cdk.json, and the context that the CDK CLI has looked up and cached.
 * @throws SynthesisError when there is none, or it names no app
 */
export function readSettings(project: string): CdkSettings {
  const file = join(project, 'cdk.json');
  if (!existsSync(file)) {
    throw new SynthesisError(
      `there is no cdk.json in ${project}: run this in the folder of a CDK app`,
    );
  }
  const { app, context } = readJson(file);
  if (typeof app !== 'string') {
    throw new SynthesisError(`${file}: app: expected the command that runs the CDK app`);
  }
  const kept = join(project, 'cdk.context.json');
  return {
    app,
    context: { ...(existsSync(kept) ? readJson(kept) : {}), ...(context as object | undefined) },
  };
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new SynthesisError(`${file}: expected JSON`, { cause });
  }
}

/**
 * Runs the command in a shell, with this Node and the project's own commands found first.
 * @returns what the app wrote to its standard error, when it failed
 */
function run(
  command: string,
  project: string,
  variables: Record<string, string>,
): Promise<string | undefined> {
  const path = [
    join(project, 'node_modules', '.bin'),
    dirname(process.execPath),
    process.env['PATH'],
  ];
  const child = spawn(command, {
    shell: true,
    cwd: project,
    env: { ...process.env, PATH: path.join(delimiter), ...variables },
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
