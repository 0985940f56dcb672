import { exitCodes } from '../exit-codes';
import { followRun } from './follow';
import { undeclaredVariables } from './check-sources';
import { ErrorBoard } from './error-board';
import { failedInvocations } from './failed-invocations';
import { functionLines, type FunctionLines } from './function-lines';
import { Interrupted, listenForInterruption, type Interruption } from './interruption';
import type { Start } from './invocations';
import type { Front, StartOptions } from './options';
import { isGood, type Outcome } from './outcome';
import { standardError, standardOutput } from '../terminal/output';
import { paintFor, takesColours, type Paint } from '../terminal/paint';
import { writeReport } from './report';
import { tickScheduleOf } from './schedule';
import { screenOn, type Screen } from '../terminal/screen';
import type { Served } from '../ui/server';
import { servePage } from './serve-page';
import { openSession, type Session, type SessionListener } from './session';
import { explainStart, SetupError } from './setup-error';
import { StartQueue } from './start-queue';
import { summaryOf } from './summary';

/** A session, and where it is shown. */
interface Stage {
  readonly session: Session;
  readonly starts: StartQueue;
  readonly screen: Screen;
  readonly paint: Paint;
  readonly interruption: Interruption;
  readonly lines: FunctionLines;
}

/**
 * Opens a session, polls once or as the schedule says, and closes it, whatever happens.
 * @returns the exit code
 */
export async function poll(options: StartOptions, front: Front): Promise<number> {
  const interruption = listenForInterruption();
  const output = standardOutput();
  const paint = paintFor(takesColours(output, process.env));
  const screen = screenOn(output, paint);
  const say = (line: string): void => {
    screen.say(line);
  };
  const errors = new ErrorBoard();
  const { verbosity = 'normal' } = options;
  const lines = functionLines({ say, paint, verbosity, errors, now: Date.now });
  const starts = new StartQueue();
  screen.say(paint.dim('Synthesizing the app and starting its cloud …'));
  const listener: SessionListener = {
    onStart: (start) => {
      if (options.schedule && !isStarted(start)) screen.say(skippedTick(start, paint));
      else starts.push(start);
    },
    errors,
    onFailure: failedInvocations(say, paint),
    onLine: (...line) => {
      lines.show(...line);
    },
  };
  const opening = openSession(options, process.env, listener, front.repo?.startSource);
  let page: Served | undefined;
  try {
    const session = await interruption.race(opening);
    page = await servePage();
    screen.say(paint.dim(`The run in the browser: ${page.url}`));
    for (const warning of sourceWarnings(session)) screen.say(`${paint.yellow('!')} ${warning}`);
    const stage = { session, starts, screen, paint, interruption, lines };
    return await (options.schedule ? pollOnSchedule(stage) : pollOnce(stage));
  } catch (error) {
    screen.clear();
    if (error instanceof Interrupted) {
      return options.schedule ? exitCodes.good : exitCodes.interrupted;
    }
    const message = error instanceof Error ? error.message : String(error);
    const told = error instanceof SetupError ? message : `${front.program}: ${message}`;
    standardError().text(`${paint.red('✘')} ${told}`);
    return exitCodes.failed;
  } finally {
    await page?.close();
    const session = await opening.catch(() => undefined);
    await session?.close();
    interruption.stop();
  }
}

/** What the sources read and the functions do not have. */
const sourceWarnings = ({ project }: Session): string[] =>
  undeclaredVariables(project.sources(), project.variables, process.env);

async function pollOnce(stage: Stage): Promise<number> {
  const { session, starts, interruption } = stage;
  const { cloud, pipeline, options } = session;
  const meterBefore = await cloud.meter();
  const result = await interruption.race(cloud.invoke(pipeline.functions.start));
  if (result.kind === 'functionError') {
    throw new SetupError(explainStart(result.error, session.project.entry ?? 'The collector'));
  }
  const { invokedAt, answer } = await starts.next();
  if (answer?.outcome !== 'started' || answer.runId === undefined) {
    throw new Error(`start: ${answer?.outcome ?? result.kind}: ${answer?.reason ?? ''}`);
  }
  const started = { runId: answer.runId, invokedAt, meterBefore };
  const outcome = await followRun(session, started, stage.screen, interruption);
  tell(stage, outcome);
  if (options.keep) await keepUp(stage);
  return isGood(outcome.status) ? exitCodes.good : exitCodes.failed;
}

/** Shows what a run came to, and writes the report. */
function tell({ session, screen, paint, lines }: Stage, outcome: Outcome): void {
  screen.clear();
  lines.flush();
  session.errors?.clear();
  for (const line of summaryOf(outcome, paint)) screen.say(line);
  const { report } = session.options;
  if (report !== undefined) writeReport(report, outcome);
}

/** Keeps the cloud up until Ctrl-C. */
async function keepUp({ session, screen, paint, interruption }: Stage): Promise<void> {
  screen.say('  The cloud stays up until Ctrl-C. In another terminal:');
  screen.say('');
  for (const [name, value] of Object.entries(session.cloud.environment)) {
    screen.say(`  export ${name}=${value}`);
  }
  screen.say('');
  screen.say(paint.dim('  Then npx pollard, the AWS CLI and the SDK find it there.'));
  await interruption.happened;
}

/** Polls at each tick of the schedule, until Ctrl-C. */
async function pollOnSchedule(stage: Stage): Promise<number> {
  const { session, starts, screen, paint, interruption } = stage;
  const { cloud, pipeline } = session;
  const schedule = tickScheduleOf(pipeline, cloud.resources);
  screen.say(`${pipeline.pipeline} polls at ${schedule.expression}, until Ctrl-C.`);
  let meterBefore = await cloud.meter();
  // Scheduler fires a rate without a start date at once, then after each period.
  if (schedule.expression.startsWith('rate(')) void cloud.tick(schedule.name);
  for (;;) {
    const { invokedAt, answer } = await interruption.race(starts.next());
    const run = { runId: answer?.runId ?? '', invokedAt, meterBefore };
    tell(stage, await followRun(session, run, screen, interruption));
    screen.say(paint.dim('Waiting for the next tick; Ctrl-C ends it.'));
    meterBefore = await cloud.meter();
  }
}

const isStarted = ({ answer }: Start): boolean =>
  answer?.outcome === 'started' && answer.runId !== undefined;

/** What became of a tick that started no run. */
function skippedTick({ answer }: Start, paint: Paint): string {
  if (!answer) return paint.red('A tick could not start its run.');
  const reason = answer.reason === undefined ? '' : `: ${answer.reason}`;
  return paint.yellow(`Tick ${answer.runId ?? ''} ${answer.outcome}${reason}`);
}
