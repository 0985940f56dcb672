import { randomInt } from 'node:crypto';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { kitGuards, type KitGuard } from '../guards';
import { timesOf } from './pipelines';
import type { Task } from './runner';
import { scenarios } from './scenarios';

interface Given {
  readonly scenario?: string;
  readonly runs?: number;
  readonly seed?: number;
  readonly without?: KitGuard;
  readonly timeout?: number;
  readonly list?: true;
  readonly listGuards?: true;
  readonly verbose?: true;
}

/** Without a number of runs, none begins later than this. */
const boundedMs = 75_000;

/** What was asked for on the command line. */
export interface Asked {
  /** The longest time of a function, in seconds; undefined for what suits the machine. */
  readonly timeout: number | undefined;
  readonly tasks: (functionSeconds: number) => readonly Task[];
}

/**
 * Reads the command line. `undefined` when nothing is to be run: what was asked for has been printed, or a bad option has
 * been answered with one line and exit code 2.
 */
export function readOptions(
  argv: readonly string[],
  print: (line: string) => void,
): Asked | undefined {
  const command = commandLine();
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return undefined;
  }
  const given = command.opts<Given>();
  if (given.list) for (const { name } of scenarios) print(name);
  if (given.listGuards) for (const guard of kitGuards) print(guard);
  if (given.list || given.listGuards) return undefined;
  return {
    timeout: given.timeout,
    tasks: (functionSeconds) => tasksOf(given, functionSeconds),
  };
}

function tasksOf(
  { scenario, runs, seed, without, verbose }: Given,
  functionSeconds: number,
): Task[] {
  const chosen = scenarios.filter(({ name }) => scenario === undefined || name === scenario);
  const first = seed ?? randomInt(1_000_000_000);
  return chosen.map((each) => ({
    scenario: each,
    runs: runs ?? each.runs,
    seed: first,
    without,
    times: timesOf(functionSeconds),
    beginWithinMs: runs === undefined ? boundedMs : Infinity,
    verbose: verbose === true,
  }));
}

function commandLine(): Command {
  const names = scenarios.map(({ name }) => name);
  return new Command('npm run test:faults --')
    .description(
      'Breaks what can break around the pipeline and checks the tables. Without options: every scenario, about two minutes.',
    )
    .addOption(new Option('--scenario <name>', 'only this one').choices(names))
    .addOption(new Option('--runs <n>', 'how many runs of each scenario').argParser(count(1)))
    .addOption(
      new Option('--seed <s>', 'seed of the first run; the others count up').argParser(count(0)),
    )
    .addOption(
      new Option(
        '--without <guard>',
        'a build without this guard; ends at its first failure',
      ).choices(kitGuards),
    )
    .addOption(
      new Option(
        '--timeout <seconds>',
        'longest time of a function (default: 3, up to 12 on a machine that is slow at the start)',
      ).argParser(count(2)),
    )
    .option('--list', 'print the scenarios, one a line')
    .option('--list-guards', 'print the guards, one a line')
    .option('--verbose', 'print the last lines that the functions wrote, of runs that fail')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', scenarios.map(({ name, summary }) => `\n${name}: ${summary}`).join('\n'))
    .configureOutput({
      outputError: (text, write) => {
        write(`${text.trim().replace(/\s+/g, ' ')}\n`);
      },
    })
    .allowExcessArguments(false)
    .exitOverride();
}

const count =
  (least: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least}.`);
  };
