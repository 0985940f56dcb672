import { exitCodes } from '../exit-codes';
import { followRun } from './follow';
import { ErrorBoard } from './error-board';
import { failedInvocations } from './failed-invocations';
import { functionLines } from './function-lines';
import { Interrupted, listenForInterruption } from './interruption';
import type { Start } from './invocations';
import type { Front, StartOptions } from './options';
import { isGood } from './outcome';
import { standardError, standardOutput } from '../terminal/output';
import { paintFor, takesColours, type Paint } from '../terminal/paint';
import { runOnce, tell, warnOfSources, type Stage } from './run-once';
import { tickScheduleOf } from './schedule';
import { screenOn } from '../terminal/screen';
import type { Served } from '../ui/server';
import { servePage } from './serve-page';
import { openSession, type SessionListener } from './session';
import { SetupError } from './setup-error';
import { StartQueue } from './start-queue';
import { pollWatching } from './poll-watching';

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
    const stage = { session, starts, screen, paint, interruption, lines };
    warnOfSources(stage);
    if (options.watch === true) return await pollWatching(stage);
    return await (options.schedule ? pollOnSchedule(stage) : pollOnce(stage));
  } catch (error) {
    screen.clear();
    if (error instanceof Interrupted) {
      return options.schedule || options.watch === true ? exitCodes.good : exitCodes.interrupted;
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

async function pollOnce(stage: Stage): Promise<number> {
  const outcome = await runOnce(stage);
  if (stage.session.options.keep) await keepUp(stage);
  return isGood(outcome.status) ? exitCodes.good : exitCodes.failed;
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
