import { Command, Option } from 'commander';
import { postCatalogue } from '../../examples/resources/server/objects';
import { limits } from '../../shared/core/limits';
import { objectId, wholeNumber } from '../option-values';
import type { Front } from './options';
import { highestFirstPort } from './ports';

/** The concurrency quota of a new AWS account. */
const defaultConcurrency = 10;

/** Makes the command line of `npm start` or `pollard dev`. */
export function startCommand({ program, repo }: Front): Command {
  const command = new Command(repo ? `${program} --` : program)
    .usage('[options]')
    .description(
      'Polls once with the whole pipeline that `cdk deploy` deploys, on a cloud inside this process. ' +
        'Ends with onComplete and a summary of the run.',
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
      "objects in a message; 1 is a task per object (default: the pipeline's)",
      wholeNumber(1, limits.objectsPerPage),
    )
    .option(
      '--concurrency <n>',
      'Lambda invocations at once: the quota of the account',
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
        'run again when a file of the collector or the app changes, with records and state kept, until Ctrl-C',
      ).conflicts('keep'),
    )
    .option(
      '--limit <n>',
      'collect the first n objects only; the state stays as it is',
      wholeNumber(1, limits.pagesPerRun * limits.objectsPerPage),
    )
    .addOption(
      new Option(
        '--object <id>',
        'collect this object only, once, and show what each fetcher and crunch returned; onComplete is not called',
      )
        .argParser(objectId)
        .conflicts(['limit', 'schedule']),
    )
    .option(
      '--inspect [port]',
      'wait for a debugger at this port (default: 9229), and give each call an hour',
      wholeNumber(0, 65_535),
    )
    .option(
      '--port <n>',
      'port of the page; the services have the three after it (default: free ones)',
      wholeNumber(1, highestFirstPort),
    )
    .option('--data <dir>', 'keep records, state and the history of runs in this folder')
    .option('--reset', 'first delete what the folder of --data keeps')
    .option(
      '--report <file>',
      'write the result of the run as JSON; with --schedule, after each run',
    )
    .option(
      '--verbose',
      'show all lines of the functions, with debug lines and those of the pipeline',
    )
    .addOption(
      new Option('--quiet', 'show errors, warnings and the result only').conflicts('verbose'),
    )
    .addHelpText('after', endings + (repo ? examplesInRepo : examplesInProject));
}

function addResourcesOptions(command: Command): void {
  const { pageCount, pageSize } = postCatalogue;
  const pages = 'resources: list pages one after the other, or all at once by number';
  const work = 'resources: two calls and 2 s of work for each object, or none';
  command
    .addOption(
      new Option('--pages <how>', `${pages} (default: sequential)`).choices([
        'sequential',
        'parallel',
      ]),
    )
    .option(
      '--page-count <n>',
      `resources: number of pages (default: ${pageCount})`,
      wholeNumber(1, limits.pagesPerRun),
    )
    .option(
      '--page-size <n>',
      `resources: objects on a page (default: ${pageSize})`,
      wholeNumber(1, limits.objectsPerPage),
    )
    .addOption(new Option('--work <what>', `${work} (default: post)`).choices(['post', 'none']));
}

const endings = `
Exit codes:
  0    the run ended SUCCEEDED or PARTIAL; Ctrl-C with --schedule or --watch
  1    the run ended otherwise, or could not start
  2    a bad option, or a report file that cannot be written
  130  Ctrl-C during the run
`;

const examplesInRepo = `
Examples:
  npm start                               2,000 resources, page after page
  npm start -- --pages parallel           the same, all pages at once
  npm start -- --work none --page-count 200
                                          20,000 objects: the pipeline alone
  npm start -- --collector my-collector   examples/my-collector.ts
  npm start -- --schedule                 a poll at every tick of the schedule
  npm start -- --report report.json       the result as JSON
`;

const examplesInProject = `
Examples:
  pollard dev                            a run of the app's only pipeline
  pollard dev --collector my-collector   a run of this collector's pipeline
  pollard dev --watch                    a run after each change of its files
  pollard dev --watch --limit 10         the first 10 objects, after each change
  pollard dev --object station-7         one object, and what each call returned
  pollard dev --data .pollard            records and state of earlier runs
  pollard dev --schedule                 a poll at every tick of the schedule
  pollard dev --keep                     keep the cloud up for other commands
`;
