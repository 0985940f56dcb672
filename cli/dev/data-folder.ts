import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartOptions } from './options';
import { SetupError } from './setup-error';

/** A folder that keeps the tables of the embedded cloud, in use by this process. */
export interface DataFolder {
  readonly path: string;
  /** Lets other processes use it. */
  release(): void;
}

/**
 * Takes the folder of `--data`, which is created if it does not exist, with a `.gitignore`. For `--watch` without one, creates a
 * temporary folder, so that the cloud of a changed app continues with the same tables.
 * @throws SetupError when it cannot be written, or another process uses it
 */
export function takeDataFolder({
  data,
  reset = false,
  watch = false,
}: Pick<StartOptions, 'data' | 'reset' | 'watch'>): DataFolder | undefined {
  if (data !== undefined) return takeFolder(data, reset);
  return watch ? temporaryFolder() : undefined;
}

function temporaryFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'pollard-data-'));
  return {
    path,
    release: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function takeFolder(path: string, reset: boolean): DataFolder {
  const holder = join(path, 'in-use-by');
  try {
    mkdirSync(path, { recursive: true });
    take(holder, path);
    writeFileSync(join(path, '.gitignore'), '*\n');
    if (reset) for (const file of keptFiles(path)) rmSync(join(path, file));
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new SetupError(`--data: cannot write to ${path}: ${code ?? String(error)}`);
  }
  return {
    path,
    release: () => {
      rmSync(holder, { force: true });
    },
  };
}

const keptFiles = (path: string): string[] =>
  readdirSync(path).filter((file) => file.endsWith('.ndjson'));

/** Writes the id of this process, unless the file has the id of another process that is alive. */
function take(holder: string, path: string): void {
  try {
    writeFileSync(holder, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const pid = Number(readFileSync(holder, 'utf8'));
    if (isAlive(pid)) {
      throw new SetupError(
        `--data: ${path} is in use by process ${pid}: end that one, or choose another folder`,
      );
    }
    writeFileSync(holder, String(process.pid));
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
