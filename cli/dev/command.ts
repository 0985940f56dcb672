import { Command, Option } from 'commander';
import { postCatalogue } from '../../examples/resources/server/objects';
import { limits } from '../../shared/core/limits';
import { wholeNumber } from '../option-values';
import type { Front } from './options';

/** The concurrency quota of a new AWS account. */
const defaultConcurrency = 10;

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
