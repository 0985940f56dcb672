import { Command, Option } from 'commander';
import { startCommand } from './dev/command';
import { helpOf, type CommandName } from './help';
import { ownPackage } from './init/origin';
import { wholeNumber } from './option-values';
import { addPlanOptions } from './plan-options';

/** The command that a command line names, with its argument and options. */
export interface Asked {
  readonly command: CommandName;
  readonly argument: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Streams of what commander prints. */
export interface Printed {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Makes the command line of `pollard`. Parsing calls `ask` with the command.
 * @throws CommanderError for a bad option, and for `--help`
 */
export function program(ask: (asked: Asked) => void, printed: Printed): Command {
  const root = new Command('pollard')
    .description('Starts, shows, redrives and plans the runs of a deployed pipeline.')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError(true)
    .version(ownPackage().version, '-V, --version', 'show the version')
    .exitOverride()
    .configureOutput({ writeOut: printed.out, writeErr: printed.err })
    .addHelpText('after', helpOf('pollard'));
  const command = (name: CommandName, usage: string, description: string): Command => {
    const made = root
      .command(`${name} ${usage}`.trim())
      .description(description)
      .helpOption('-h, --help', 'show this help')
      .addHelpText('after', helpOf(name));
    const declared = made.registeredArguments.length;
    return made.action((...given: unknown[]) => {
      const argument = declared > 0 ? (given[0] as string | undefined) : undefined;
      ask({ command: name, argument, options: made.opts() });
    });
  };
  // For `help` only: `main` passes the arguments of `dev` on before it parses any.
  const dev = startCommand({ program: 'pollard dev' }).name('dev').copyInheritedSettings(root);
  root.addCommand(dev.summary('run a pipeline of the CDK app here, on a cloud in this process'));
  addCommands(command);
  addOtherCommands(command);
  return root;
}

type Add = (name: CommandName, usage: string, description: string) => Command;

function addCommands(add: Add): void {
  const wait = [
    '--wait',
    'follow the run to its end; the exit code is then that of the run',
  ] as const;
  add('init', '[dir]', 'create a project with a collector, its test and a CDK app');
  targeted(add('start', '', 'start a run now, or the run of a missed tick'))
    .option(
      '--at <time>',
      'the run of the tick of this time, as the schedule would have started it; catchUpWindow does not apply',
    )
    .option('--from <time>', 'the runs of all ticks from this time on …')
    .option('--to <time>', '… up to this one, one after the other')
    .option('--every <time>', 'time between two ticks, if the schedule is not a rate: 5m, 1h')
    .option(
      '--gaps',
      'of these ticks, only those that have no run: skipped, lost, or while paused; without a span, the last 100 that were skipped',
    )
    .option('--dry-run', 'list the ticks of the span, or the gaps, and start nothing')
    .option('--input <json>', 'the value of run.input in the collector')
    .option(...wait);
  targeted(add('runs', '', 'list the runs: those under way, then those that were started last'))
    .option('-n, --limit <n>', 'number of runs', wholeNumber(1, 10_000), 20)
    .option('--since <time>', 'runs that were started at this time or later')
    .option('--until <time>', '… or at this time or before')
    .option('--status <status>', 'runs of this status: RUNNING, SUCCEEDED, FAILED …');
  targeted(add('cost', '', 'add up what the pipelines cost this month, or in a span, by part'))
    .option('--since <time>', 'from this time on; without it, from the first of the month')
    .option('--until <time>', '… to this one; without it, now');
  targeted(
    add(
      'show',
      '[run]',
      'show a run on one screen: its result, what failed and why, what to do next',
    ),
  );
  targeted(add('watch', '[run]', 'follow a run to its end, then show it'));
  targeted(
    add('failures', '[run]', 'list the failures of a run, one a line: object, attempts, error'),
  );
  targeted(add('logs', '[run]', 'print the log lines of a run, or of one of its objects')).option(
    '--object <id>',
    'only the lines that name this object',
  );
  targeted(add('redrive', '[run]', 'collect what a run is missing, in a new run'))
    .option(
      '--since <time>',
      'instead of one run, all that were started since then and have not been redriven, in turn',
    )
    .option('--status <status>', '… only those of this status: FAILED, TIMED_OUT …')
    .option(...wait);
}

function addOtherCommands(add: Add): void {
  targeted(add('cancel', '[run]', 'end a run early; what was collected stays saved')).option(
    '--wait',
    'follow the run to its end',
  );
  targeted(add('pause', '', 'refuse ticks and starts until resume; a run under way continues'));
  targeted(
    add(
      'resume',
      '',
      'let a paused pipeline continue with its next tick; failed runs are counted from zero',
    ),
  );
  targeted(
    add(
      'source',
      '[action]',
      'show the limit that was learned of the source (show), or reset it (reset)',
    ),
  ).option('--key <key>', 'the limit of one key, if the source has a limit for each');
  targeted(
    add('records', '[object]', "list an object's records, the newest first, or those of a run"),
  )
    .option(
      '--run [run]',
      "a run's records instead, as NDJSON; without RUN, those of the newest run",
    )
    .option('-n, --limit <n>', "number of an object's records", wholeNumber(1, 100_000), 20);
  targeted(add('forget', '<object>', 'delete what is kept of an object, such as a person'))
    .option('--dry-run', 'show what would be deleted, and delete nothing')
    .option('--yes', 'do not ask');
  targeted(add('ui', '', 'serve a page on 127.0.0.1 that shows all pipelines in the browser'))
    .option('--read-only', 'refuse start, cancel, redrive, pause and resume')
    .option('--port <n>', 'port of 127.0.0.1; 0 is any free one', wholeNumber(0, 65_535), 0);
  targeted(add('doctor', '', 'check what prevents a deployment from this machine'));
  targeted(
    addPlanOptions(
      add('plan', '', 'estimate how long a poll takes, what it costs, and which settings fit'),
    ),
  );
}

/** Adds the options that select the pipeline, the account and the output format. */
function targeted(command: Command): Command {
  return command
    .addOption(new Option('--stack <name>', 'the stack, if several have pipelines'))
    .addOption(
      new Option('--pipeline <name>', 'the pipeline, by its name or that of its collector'),
    )
    .option('--profile <name>', 'profile of the AWS configuration')
    .option('--region <name>', 'AWS region')
    .option('--endpoint-url <url>', "endpoint instead of AWS's own: LocalStack, MiniStack")
    .option('--json', 'print JSON, for a program to read');
}
