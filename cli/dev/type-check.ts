import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { plural } from '../terminal/format';
import type { Paint } from '../terminal/paint';

/** The check of a project's types, next to its runs. */
export interface TypeCheck {
  /** Starts a check, in place of one that is under way. */
  start(): void;
  /** Resolves when no check is under way; the errors of the last one are shown then. */
  done(): Promise<void>;
  /** Whether a check is under way. */
  readonly isBusy: boolean;
  close(): void;
}

/** Where the errors are shown. */
export interface TypeCheckSpec {
  readonly project: string;
  readonly say: (line: string) => void;
  readonly paint: Paint;
}

/**
 * Makes a check of a project's types by its own `tsc`, in a process of the lowest priority, so that a run gets the processors
 * first.
 * @returns `undefined` for a project without TypeScript, or without a `tsconfig.json`
 */
export function typeCheck({ project, say, paint }: TypeCheckSpec): TypeCheck | undefined {
  const tsc = tscOf(project);
  if (tsc === undefined || !existsSync(join(project, 'tsconfig.json'))) return undefined;
  // The build info of a check makes the next one faster.
  const memory = join(tmpdir(), `pollard-types-${process.pid}.tsbuildinfo`);
  const args = ['--noEmit', '--pretty', 'false', '--incremental', '--tsBuildInfoFile', memory];
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  const run = async (started: ChildProcess): Promise<void> => {
    const written = await textOf(started);
    if (child !== started) return;
    child = undefined;
    for (const line of errorLines(written, paint)) say(line);
  };
  const stop = (): void => {
    const old = child;
    child = undefined;
    old?.kill();
  };
  return {
    start: () => {
      stop();
      const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
      child = spawn(process.execPath, [tsc, ...args], { cwd: project, stdio });
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
      ended = run(child);
    },
    done: () => ended,
    get isBusy() {
      return child !== undefined;
    },
    close: () => {
      stop();
      rmSync(memory, { force: true });
    },
  };
}

/** The project's own compiler. */
function tscOf(project: string): string | undefined {
  try {
    const manifest = createRequire(join(project, 'package.json')).resolve(
      'typescript/package.json',
    );
    return join(dirname(manifest), 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  return text;
}

/** Errors that are shown; the others are counted. */
const mostErrors = 5;

/** Formats the errors of `tsc` as other mistakes are shown; errors in packages are left out. */
export function errorLines(written: string, paint: Paint): string[] {
  const errors = written
    .split(/\n(?=\S)/)
    .map((text) => /^(?:(\S.*?)\((\d+),(\d+)\): )?error (TS\d+): ([^]*)$/.exec(text.trimEnd()))
    .filter((error) => error !== null)
    .filter(([, file = '']) => !file.includes('node_modules/'));
  const lines = errors.slice(0, mostErrors).flatMap(([, file, line, column, code, text = '']) => {
    const at = file === undefined ? '' : `${file}:${line ?? ''}:${column ?? ''}  `;
    const [first = '', ...rest] = text.split('\n');
    return [
      `${paint.red('✘')} ${at}${first} ${paint.dim(`(${code ?? ''})`)}`,
      ...rest.map((further) => `  ${paint.dim(further)}`),
    ];
  });
  const others = errors.length - mostErrors;
  if (others <= 0) return lines;
  return [...lines, paint.dim(`and ${plural(others, 'other type error')}: npx tsc --noEmit`)];
}
