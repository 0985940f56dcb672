import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const repoRoot = join(__dirname, '..', '..');

/** A project of a user, outside of the repo, with its packages. */
export interface DevProject {
  readonly folder: string;
  write(path: string, text: string): void;
  /** Installs TypeScript. */
  addTypeScript(): void;
  /** Changes a text of a file that is there once. */
  edit(path: string, from: string, to: string): void;
  /** Starts `pollard dev`. */
  dev(...args: string[]): DevProcess;
  /** Ends what still runs, and deletes the project. */
  remove(): Promise<void>;
}

/** A `pollard dev` that runs. */
export interface DevProcess {
  readonly child: ChildProcess;
  /** What it has written until now, to both streams. */
  text(): string;
  /**
   * Waits until it has written this, after what was waited for before.
   * @returns what it wrote up to its end
   * @throws Error with all that it wrote, when it ends without it, or is silent for a minute
   */
  says(text: string | RegExp): Promise<string>;
  /** Waits for its end. */
  ends(): Promise<{ readonly code: number | null; readonly text: string }>;
  /** Presses Ctrl-C, and waits for its end. */
  interrupt(): Promise<{ readonly code: number | null; readonly text: string }>;
}

/** Milliseconds without a word after which nothing more is expected. */
const silenceMs = 60_000;

const files: Readonly<Record<string, string>> = {
  'package-lock.json': '{ "lockfileVersion": 3, "packages": {} }',
  'cdk.json': '{ "app": "node --import tsx infra/app.ts" }',
  'infra/app.ts': `
    import { App } from 'aws-cdk-lib';
    import { CollectorPipelineStack } from 'pollard-aws/cdk';
    import { schedule } from './schedule';

    new CollectorPipelineStack(new App(), 'Stations', { entry: 'collectors/stations.ts', schedule });
  `,
  'infra/schedule.ts': `
    import { Duration } from 'aws-cdk-lib';
    import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';

    export const schedule = ScheduleExpression.rate(Duration.hours(1));
  `,
  'collectors/stations.ts': `
    import { defineCollector, lambdaHandlers } from 'pollard-aws';

    const collector = defineCollector({
      name: 'stations',
      listPage: ({ pageNumber }) => ({
        objects: Array.from({ length: 5 }, (_, at) => ({ id: \`station-\${pageNumber * 5 + at}\`, data: at })),
        nextPageToken: pageNumber < 3 ? \`\${pageNumber + 1}\` : null,
        total: 20,
      }),
      fetch: { reading: async (id) => ({ celsius: id.length }) },
      crunch: (id, { reading }, { listed, state }) => ({
        record: { station: id, ...reading, listed: Number(listed), after: Number(state ?? 0) },
        totals: { readings: 1 },
      }),
      onComplete: ({ id }, { state, logger }) => {
        logger.info('complete after ' + String(state ?? 0) + ' runs');
        return { state: Number(state ?? 0) + 1 };
      },
    });

    export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
  `,
};

const tsconfig = {
  compilerOptions: {
    ...{ target: 'ES2023', module: 'preserve', moduleResolution: 'bundler' },
    ...{ strict: true, skipLibCheck: true, noEmit: true, types: ['node'] },
    paths: {
      'pollard-aws': [join(repoRoot, 'functions/index.ts')],
      'pollard-aws/cdk': [join(repoRoot, 'infra/index.ts')],
      'pollard-aws/http': [join(repoRoot, 'shared/http/index.ts')],
      'pollard-aws/testing': [join(repoRoot, 'testing/index.ts')],
    },
  },
  include: ['collectors', 'infra'],
};

/** Links the packages of the repo but for TypeScript: checking the sources of Pollard, which a user has not, would take a minute. */
function linkPackages(folder: string): void {
  const packages = join(repoRoot, 'node_modules');
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(packages).filter((each) => each !== 'typescript')) {
    symlinkSync(join(packages, name), join(folder, 'node_modules', name));
  }
}

/** Makes a project with a collector of 20 stations, on four pages. */
export function devProject(): DevProject {
  const folder = mkdtempSync(join(tmpdir(), 'pollard-dev-'));
  const running = new Set<DevProcess>();
  const write = (path: string, text: string): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  write('tsconfig.base.json', JSON.stringify(tsconfig));
  write('tsconfig.json', '{ "extends": "./tsconfig.base.json" }');
  linkPackages(folder);
  return {
    folder,
    write,
    addTypeScript: () => {
      const link = join('node_modules', 'typescript');
      symlinkSync(join(repoRoot, link), join(folder, link));
    },
    edit: (path, from, to) => {
      const text = readFileSync(join(folder, path), 'utf8');
      if (text.split(from).length !== 2) throw new Error(`${path}: expected one ${from}`);
      write(path, text.replace(from, to));
    },
    dev: (...args) => {
      const process = start(folder, args);
      running.add(process);
      return process;
    },
    remove: async () => {
      for (const { child, ends } of running) {
        if (child.exitCode === null) child.kill('SIGKILL');
        await ends();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function start(cwd: string, args: readonly string[]): DevProcess {
  const program = join(repoRoot, 'cli/pollard.cjs');
  const child = spawn(process.execPath, [program, 'dev', ...args], { cwd });
  let [text, read] = ['', 0];
  let wake = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      wake();
    });
  }
  const closed = once(child, 'close').then(([code]) => {
    wake();
    return { code: code as number | null, text };
  });
  const find = (wanted: string | RegExp): string | undefined => {
    const rest = text.slice(read);
    const at = typeof wanted === 'string' ? rest.indexOf(wanted) : rest.search(wanted);
    if (at < 0) return undefined;
    const length =
      typeof wanted === 'string' ? wanted.length : (wanted.exec(rest)?.[0].length ?? 0);
    read += at + length;
    return rest.slice(0, at + length);
  };
  return {
    child,
    text: () => text,
    says: async (wanted) => {
      for (;;) {
        const found = find(wanted);
        if (found !== undefined) return found;
        if (child.exitCode !== null)
          throw new Error(`It ended without ${String(wanted)}:\n${text}`);
        const hasMore = new Promise<true>((resolve) => {
          wake = () => {
            resolve(true);
          };
        });
        if (!(await Promise.race([hasMore, sleep(silenceMs, false, { ref: false })])))
          throw new Error(`It waits without ${String(wanted)}:\n${text}`);
      }
    },
    ends: () => closed,
    interrupt: () => {
      child.kill('SIGINT');
      return closed;
    },
  };
}
