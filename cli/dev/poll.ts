import { exitCodes } from '../exit-codes';
import { ErrorBoard } from './error-board';
import { failedInvocations } from './failed-invocations';
import { functionLines } from './function-lines';
import { endCutOffRuns } from './cut-off-runs';
import { takeDataFolder } from './data-folder';
import { Interrupted, listenForInterruption } from './interruption';
import type { Front, StartOptions } from './options';
import { isGood } from './outcome';
import { standardError, standardOutput } from '../terminal/output';
import { paintFor, takesColours } from '../terminal/paint';
import { explainTakenPort, portsBehind, portsOf } from './ports';
import type { Project } from './project';
import { isStarted, pollOnSchedule, skippedTick } from './poll-on-schedule';
import { runOnce, warnOfSources, type Stage } from './run-once';
import { screenOn } from '../terminal/screen';
import type { Served } from '../ui/server';
import { servePage } from './serve-page';
import { openSession, type Session, type SessionListener } from './session';
import { SetupError } from './setup-error';
import { StartQueue } from './start-queue';
import { typeCheck } from './type-check';
import { pollWatching } from './poll-watching';

/** The parts of a stage that all sessions of a program use, and their listener. */
type Shown = Omit<Stage, 'session'> & { readonly listener: SessionListener };

/**
 * Opens a session, polls once or as the schedule says, and closes it, whatever happens.
 * @returns the exit code
 */
export async function poll(options: StartOptions, front: Front): Promise<number> {
  const shown = showOn(options, front);
  const { screen, paint, interruption, types } = shown;
  try {
    return await pollInSessions(options, front, shown);
  } catch (error) {
    screen.clear();
    if (error instanceof Interrupted) {
      return options.schedule || options.watch === true ? exitCodes.good : exitCodes.interrupted;
    }
    const message =
      explainTakenPort(error) ?? (error instanceof Error ? error.message : String(error));
    const told = error instanceof SetupError ? message : `${front.program}: ${message}`;
    standardError().text(`${paint.red('✘')} ${told}`);
    return exitCodes.failed;
  } finally {
    types?.close();
    interruption.stop();
  }
}

function showOn(options: StartOptions, front: Front): Shown {
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
  const listener: SessionListener = {
    onStart: (start) => {
      if (options.schedule && !isStarted(start)) say(skippedTick(start, paint));
      else starts.push(start);
    },
    errors,
    onFailure: failedInvocations(say, paint),
    onLine: (...line) => {
      lines.show(...line);
    },
  };
  // The repo checks its own types; they take as long as a run.
  const types = front.repo ? undefined : typeCheck({ project: process.cwd(), say, paint });
  return { starts, screen, paint, interruption: listenForInterruption(), lines, types, listener };
}

/** Polls in a session, and in a new one on the same tables and ports after each change of the app. */
async function pollInSessions(options: StartOptions, front: Front, shown: Shown): Promise<number> {
  const { interruption, screen, paint, listener } = shown;
  const { startSource } = front.repo ?? {};
  const folder = takeDataFolder(options);
  const common = { options, env: process.env, listener, data: folder?.path, startSource };
  let ports = options.port === undefined ? undefined : portsBehind(options.port);
  let project: Project | undefined;
  let page: Served | undefined;
  let opening: Promise<Session> | undefined;
  try {
    screen.say(paint.dim('Synthesizing the app and starting its cloud …'));
    for (;;) {
      opening = openSession({ ...common, project, ports });
      const session = await interruption.race(opening);
      ports = portsOf(session.cloud);
      page ??= await showPage(shown, options.port);
      const ended = await pollIn({ ...shown, session });
      if (typeof ended === 'number') return ended;
      project = ended;
      await session.close();
    }
  } finally {
    await page?.close();
    const session = await opening?.catch(() => undefined);
    await session?.close();
    folder?.release();
  }
}

async function showPage({ screen, paint }: Shown, port: number | undefined): Promise<Served> {
  const page = await servePage(port);
  screen.say(paint.dim(`The run in the browser: ${page.url}`));
  return page;
}

/** @returns the exit code, or the app as it was synthesized after a change */
async function pollIn(stage: Stage): Promise<number | Project> {
  const { options } = stage.session;
  warnOfSources(stage);
  stage.types?.start();
  await endCutOffRuns(stage);
  if (options.watch === true) return pollWatching(stage);
  return options.schedule ? pollOnSchedule(stage) : pollOnce(stage);
}

async function pollOnce(stage: Stage): Promise<number> {
  const { screen, paint, interruption, types } = stage;
  const outcome = await runOnce(stage);
  if (types?.isBusy === true) screen.say(paint.dim('Checking the types …'));
  await interruption.race(types?.done() ?? Promise.resolve());
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
