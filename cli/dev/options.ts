import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Verbosity } from './function-lines';
import { limits } from '../../shared/core/limits';
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
  /** @default 'normal' */
  readonly verbosity?: Verbosity;
}

/** What the command line turned out to be. */
export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: StartOptions }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'bad'; readonly message: string };

/** The account's quota where nothing else is said: that of a new AWS account. */
export const defaultConcurrency = 10;

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
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

/**
 * Reads the command line. Touches nothing but what it is given.
 * @param args without the program and its file
 */
export function parseOptions(args: readonly string[], front: Front): ParsedOptions {
  let printed = '';
  const command = startCommand(front)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: () => undefined,
    });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: printed };
    return { kind: 'bad', message: error.message.replace(/^error: /, '').replaceAll('\n', ' ') };
  }
  const given = command.opts<Given>();
  return front.repo ? checkInRepo(given, front.repo.collectors) : checkInProject(given);
}

function checkInProject(given: Given): ParsedOptions {
  if (given.objectsPerMessage !== undefined && given.collector === undefined) {
    return { kind: 'bad', message: 'option --objects-per-message needs --collector NAME' };
  }
  return { kind: 'run', options: optionsOf(given, given.collector, undefined) };
}

function checkInRepo(given: Given, collectors: readonly string[]): ParsedOptions {
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
  verbosity: given.verbose ? 'verbose' : given.quiet ? 'quiet' : 'normal',
});

const resourcesOf = (given: Given): ResourcesOptions => ({
  pages: given.pages ?? 'sequential',
  pageCount: given.pageCount ?? postCatalogue.pageCount,
  pageSize: given.pageSize ?? postCatalogue.pageSize,
  work: given.work ?? 'post',
});

/** Makes the command line of `npm start` or `pollard dev`. */
export function startCommand({ program, repo }: Front): Command {
  const command = new Command(repo ? `${program} --` : program)
    .usage('[options]')
    .description(
      'Runs a poll of a collector: the whole pipeline that `cdk deploy` deploys, on a cloud inside this process.\n' +
        "Ends with the chord's callback and a summary.",
    )
    .helpOption('-h, --help', 'show this help')
    .showSuggestionAfterError(false)
    .option(
      '--collector <name>',
      repo
        ? 'run examples/NAME.ts (default: resources)'
        : "the collector to run, if the app has pipelines of several (default: the app's only one)",
    );
  if (repo) addResourcesOptions(command);
  return command
    .option(
      '--objects-per-message <n>',
      "objects that a message carries: 1 is a task per object (default: the pipeline's)",
      wholeNumber(1, limits.objectsPerPage),
    )
    .option(
      '--concurrency <n>',
      'Lambda invocations at once, the quota of the account',
      wholeNumber(2, 1_000),
      defaultConcurrency,
    )
    .option('--schedule', "keep polling on the pipeline's schedule, until Ctrl-C")
    .addOption(
      new Option(
        '--keep',
        'keep the cloud up after the run, until Ctrl-C, for the pollard command and the AWS CLI',
      ).conflicts('schedule'),
    )
    .addOption(
      new Option(
        '--watch',
        'run again when a file of the collector changes, with records and state kept, until Ctrl-C',
      ).conflicts(['schedule', 'keep']),
    )
    .option(
      '--report <file>',
      'write the result of the run as JSON; with --schedule, after each run',
    )
    .option(
      '--verbose',
      'show all lines of the functions: debug lines and those of the pipeline, too',
    )
    .addOption(
      new Option('--quiet', 'show errors, warnings and the result only').conflicts('verbose'),
    )
    .addHelpText('after', endings + (repo ? examplesInRepo : examplesInProject));
}

function addResourcesOptions(command: Command): void {
  const { pageCount, pageSize } = postCatalogue;
  const pages = 'resources: pages one after the other, or at once by their numbers';
  const work = "resources: the post's two calls and 2 s of work an object, or none at all";
  command
    .addOption(
      new Option('--pages <how>', `${pages} (default: sequential)`).choices([
        'sequential',
        'parallel',
      ]),
    )
    .option(
      '--page-count <n>',
      `resources: how many pages (default: ${String(pageCount)})`,
      wholeNumber(1, limits.pagesPerRun),
    )
    .option(
      '--page-size <n>',
      `resources: objects on a page (default: ${String(pageSize)})`,
      wholeNumber(1, limits.objectsPerPage),
    )
    .addOption(new Option('--work <what>', `${work} (default: post)`).choices(['post', 'none']));
}

const endings = `
Exit codes: 0 the run ended SUCCEEDED or PARTIAL, 1 it did not, 2 a bad option,
130 interrupted by Ctrl-C (0 with --schedule and --keep, which end this way).
`;

const examplesInRepo = `
Examples:
  npm start                                   the post's 2,000 resources, one page after the other
  npm start -- --pages parallel               the same, all pages at once
  npm start -- --work none --page-count 200   20,000 objects without work: the pipeline alone
  npm start -- --collector my-collector       examples/my-collector.ts
  npm start -- --schedule                     a poll at every tick of the schedule
  npm start -- --report report.json           the result, for a program to read
`;

const examplesInProject = `
Examples:
  pollard dev                                 a run of the app's only pipeline
  pollard dev --collector my-collector        a run of this collector's pipeline
  pollard dev --watch                         again with each change of the collector's files
  pollard dev --schedule                      a poll at every tick of the schedule
  pollard dev --keep                          leave the cloud up for the other commands of pollard
`;

const wholeNumber =
  (min: number, max: number) =>
  (given: string): number => {
    const number = /^\d+$/.test(given) ? Number(given) : NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(
      `Expected a whole number from ${String(min)} to ${String(max)}.`,
    );
  };
