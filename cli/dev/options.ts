import { resolve } from 'node:path';
import type { Verbosity } from './function-lines';
import type { Part } from './trial/trial';
import { parseCommand, type Parsed } from '../parse-command';
import { startCommand } from './command';
import { postCatalogue } from '../../examples/resources/server/objects';
import type { startSourceProcess } from '../../examples/resources/server/process';

/** How the collector `resources` works; no other collector has these. */
export interface ResourcesOptions {
  readonly pages: 'sequential' | 'parallel';
  readonly pageCount: number;
  readonly pageSize: number;
  readonly work: 'post' | 'none';
}

/** The program that polls: `npm start` in the repo, `pollard dev` in a user's project. */
export interface Front {
  readonly program: 'npm start' | 'pollard dev';
  /** The parts of the repo that an app lacks: the files in `examples/`, and a source for `resources`, which is polled by default. */
  readonly repo?: {
    readonly collectors: readonly string[];
    readonly startSource: typeof startSourceProcess;
  };
}

/** The options of `npm start` and `pollard dev`. */
export interface StartOptions {
  /** `undefined`: that of the app's only pipeline. */
  readonly collector: string | undefined;
  /** Its file, from the root of the repo. @default - as the app has it, or `examples/NAME.ts` */
  readonly entry?: string;
  /** `undefined` for every other collector than `resources`. */
  readonly resources: ResourcesOptions | undefined;
  /** `undefined`: as the pipeline has it. */
  readonly objectsPerMessage: number | undefined;
  /** Lambda invocations at once, over all functions. */
  readonly concurrency: number;
  readonly schedule: boolean;
  readonly keep: boolean;
  readonly report: string | undefined;
  /** Whether a change of the collector's files starts a run with them. @default false */
  readonly watch?: boolean;
  /** Which part of the listing is collected. @default - all of it */
  readonly part?: Part | undefined;
  /** Port at which a debugger connects; 0 is any free one. @default - no debugger */
  readonly inspect?: number | undefined;
  /** Port of the page; the services have the three after it. @default - free ones */
  readonly port?: number | undefined;
  /** Folder that keeps the tables. @default - they end with the process */
  readonly data?: string | undefined;
  /** Whether the tables in the folder are deleted first. @default false */
  readonly reset?: boolean;
  /** @default 'normal' */
  readonly verbosity?: Verbosity;
}

/** The default port of Node's inspector. */
const defaultInspectPort = 9_229;

const resourcesOnly = ['pages', 'pageCount', 'pageSize', 'work'] as const;

interface Given extends Partial<Omit<ResourcesOptions, 'pages' | 'work'>> {
  readonly collector?: string;
  readonly pages?: ResourcesOptions['pages'];
  readonly work?: ResourcesOptions['work'];
  readonly objectsPerMessage?: number;
  readonly concurrency: number;
  readonly schedule?: boolean;
  readonly keep?: boolean;
  readonly report?: string;
  readonly watch?: boolean;
  readonly limit?: number;
  readonly object?: string;
  readonly inspect?: number | true;
  readonly port?: number;
  readonly data?: string;
  readonly reset?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

/**
 * Parses the command line of `npm start` or `pollard dev`.
 * @param args without the program and its file
 */
export function parseOptions(args: readonly string[], front: Front): Parsed<StartOptions> {
  const parsed = parseCommand<Given>(startCommand(front), args);
  if (parsed.kind !== 'run') return parsed;
  const given = parsed.options;
  if (given.reset === true && given.data === undefined) {
    return { kind: 'bad', message: 'option --reset needs --data DIR, the folder to forget' };
  }
  return front.repo ? checkInRepo(given, front.repo.collectors) : checkInProject(given);
}

function checkInProject(given: Given): Parsed<StartOptions> {
  if (given.objectsPerMessage !== undefined && given.collector === undefined) {
    return { kind: 'bad', message: 'option --objects-per-message needs --collector NAME' };
  }
  return { kind: 'run', options: optionsOf(given, given.collector, undefined) };
}

function checkInRepo(given: Given, collectors: readonly string[]): Parsed<StartOptions> {
  const { collector = 'resources' } = given;
  if (!collectors.includes(collector)) {
    const there = collectors.join(', ');
    const message = `unknown collector ${collector}: there is no examples/${collector}.ts (there are: ${there})`;
    return { kind: 'bad', message };
  }
  const foreign = resourcesOnly.find((name) => given[name] !== undefined);
  if (collector !== 'resources' && foreign !== undefined) {
    const flag = `--${foreign.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const message = `option ${flag} belongs to the collector resources; ${collector} has no such option`;
    return { kind: 'bad', message };
  }
  const resources = collector === 'resources' ? resourcesOf(given) : undefined;
  return { kind: 'run', options: optionsOf(given, collector, resources) };
}

const optionsOf = (
  given: Given,
  collector: StartOptions['collector'],
  resources: StartOptions['resources'],
): StartOptions => ({
  collector,
  resources,
  objectsPerMessage: given.objectsPerMessage,
  concurrency: given.concurrency,
  schedule: given.schedule ?? false,
  keep: given.keep ?? false,
  report: given.report,
  ...(given.watch === true ? { watch: true } : {}),
  ...furtherOf(given),
  verbosity: given.verbose ? 'verbose' : given.quiet ? 'quiet' : 'normal',
});

const furtherOf = ({
  limit,
  object,
  inspect,
  port,
  data,
  reset,
}: Given): Partial<StartOptions> => ({
  ...(limit === undefined ? {} : { part: { kind: 'first', objects: limit } }),
  ...(object === undefined ? {} : { part: { kind: 'object', id: object } }),
  ...(inspect === undefined ? {} : { inspect: inspect === true ? defaultInspectPort : inspect }),
  ...(port === undefined ? {} : { port }),
  ...(data === undefined ? {} : { data: resolve(data) }),
  ...(reset === true ? { reset } : {}),
});

const resourcesOf = (given: Given): ResourcesOptions => ({
  pages: given.pages ?? 'sequential',
  pageCount: given.pageCount ?? postCatalogue.pageCount,
  pageSize: given.pageSize ?? postCatalogue.pageSize,
  work: given.work ?? 'post',
});
