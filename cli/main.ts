import { CommanderError } from 'commander';
import { main as dev } from './dev/main';
import { cost } from './commands/cost';
import { doctor } from './commands/doctor';
import { forget } from './commands/forget';
import { init } from './commands/init';
import { runs, type RunsOptions } from './commands/runs';
import { show, watch } from './commands/show';
import { source } from './commands/source';
import { start } from './commands/start';
import { cancel, redrive, setPaused } from './commands/steer';
import { failures, records, type RecordsOptions } from './commands/streams';
import { ui } from './commands/ui';
import { Interrupted, UsageError } from './errors';
import { exitCodes } from './exit-codes';
import { explain, type Where } from './explain';
import { fromRun } from './from-run';
import { planInput, type PlanOptions } from './plan-options';
import { logs } from './commands/logs';
import { plan } from './commands/plan';
import type { Operator } from './operator/operator';
import { outputOn } from './terminal/output';
import { printerFor, processIo, type Io, type Printer } from './io';
import type { TargetOptions } from './target';
import { findPipelines, onePipeline, operatorOf, whereOf, type Pipeline } from './pipelines';
import type { CommandName } from './help';
import { program, type Asked } from './program';

/**
 * Does what the command line asks for.
 * @param args without the program and its file
 * @returns the exit code
 */
export async function main(args: readonly string[], io: Io = processIo()): Promise<number> {
  // Its options are those of `npm start`, which has the same code.
  if (args[0] === 'dev') return dev(args.slice(1), { program: 'pollard dev' });
  let asked: Asked | undefined;
  const command = program((what) => (asked = what), {
    out: (text) => outputOn(io.stdout).text(text),
    err: (text) => outputOn(io.stderr).text(text.replace(/^error: /, 'pollard: ')),
  });
  try {
    if (args.length === 0) command.outputHelp();
    else command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.good : exitCodes.usage;
  }
  return asked ? run(asked, io) : exitCodes.usage;
}

async function run(asked: Asked, io: Io): Promise<number> {
  const options = asked.options as TargetOptions;
  const printer = printerFor(io, asked.options['json'] === true, options);
  const where = whereOf(options, io.env);
  const operator = operatorOf(options, io.env);
  try {
    const { command } = asked;
    if (command === 'init') return await init(asked.argument, printer, io.ask);
    if (command === 'doctor') return await doctor(operator, where, printer);
    if (command === 'ui') return await ui(operator, where, options, printer);
    if (command === 'plan') return await planRun(asked, where, operator, printer);
    const found = await findPipelines(operator, options, where);
    if (command === 'cost') return await cost(found, asked.options, printer);
    if (command === 'runs') return await runs(found, runsOptions(asked), printer);
    if (command === 'show') return await showAll(found, asked, printer);
    return await commands[command](await onePipeline(found, runOf(asked)), asked, printer);
  } catch (error) {
    if (error instanceof Interrupted) return exitCodes.interrupted;
    const line = explain(error, where) ?? (error instanceof Error ? error.message : String(error));
    outputOn(io.stderr).line(`pollard: ${line}`);
    return error instanceof UsageError ? exitCodes.usage : refused(error);
  } finally {
    operator.close();
  }
}

/** Plans by the options alone, or by a run of a pipeline. */
async function planRun(
  { options }: Asked,
  where: Where,
  operator: Operator,
  printer: Printer,
): Promise<number> {
  const given = options as unknown as PlanOptions;
  if (given.fromRun === undefined) return plan(planInput(given), printer);
  const found = await findPipelines(operator, options, where);
  const named = given.fromRun === true ? undefined : given.fromRun;
  const pipeline = await onePipeline(found, named);
  const { runId, options: measured } = await fromRun(pipeline, given, printer.io.now());
  return plan(planInput(measured, pipeline.published.settings), printer, runId);
}

/** A function that threw has not started a run; all else is that it could not be asked. */
const refused = (error: unknown): number =>
  error instanceof Error && error.name === 'FunctionError' ? exitCodes.failed : exitCodes.usage;

const runsOptions = ({ options }: Asked): RunsOptions => options as unknown as RunsOptions;

/** The run that a command is for: its argument, or that of `--run`. */
function runOf({ command, argument, options }: Asked): string | undefined {
  if (command === 'forget') return undefined;
  if (command !== 'records') return argument;
  return typeof options['run'] === 'string' ? options['run'] : undefined;
}

/** Shows a run, or the latest run of each pipeline. */
async function showAll(
  found: readonly [Pipeline, ...Pipeline[]],
  { argument }: Asked,
  printer: Printer,
): Promise<number> {
  const each = argument === undefined ? found : [await onePipeline(found, argument)];
  return show(each, argument, printer);
}

type OnPipeline = (pipeline: Pipeline, asked: Asked, printer: Printer) => Promise<number>;

const waits = ({ options }: Asked): { readonly wait: boolean } => ({
  wait: options['wait'] === true,
});

/** The commands of a pipeline. */
const commands: Readonly<
  Record<
    Exclude<CommandName, 'init' | 'doctor' | 'plan' | 'ui' | 'runs' | 'cost' | 'show'>,
    OnPipeline
  >
> = {
  start: (pipeline, { options }, printer) => start(pipeline, options, printer),
  watch: (pipeline, { argument }, printer) => watch(pipeline, argument, printer),
  failures: (pipeline, { argument }, printer) => failures(pipeline, argument, printer),
  logs: (pipeline, { argument, options }, printer) => logs(pipeline, argument, options, printer),
  redrive: (pipeline, { argument, options }, printer) =>
    redrive(pipeline, argument, options, printer),
  cancel: (pipeline, asked, printer) => cancel(pipeline, asked.argument, waits(asked), printer),
  pause: (pipeline, _, printer) => setPaused(pipeline, true, printer),
  resume: (pipeline, _, printer) => setPaused(pipeline, false, printer),
  source: (pipeline, { argument, options }, printer) =>
    source(pipeline, argument, options, printer),
  forget: (pipeline, { argument = '', options }, printer) =>
    forget(pipeline, argument, options, printer),
  records: (pipeline, { argument, options }, printer) =>
    records(pipeline, argument, options as unknown as RecordsOptions, printer),
};
