import { relative } from 'node:path';
import { runOnce, warnOfSources, type Stage } from './run-once';
import { SetupError } from './setup-error';
import { watchFiles, type FileWatch } from './watch-files';

/**
 * Polls, and polls again with each change of the collector's files, until Ctrl-C: on the same cloud, with its records, states and
 * runs. A change during a run cancels it.
 * @throws Interrupted at Ctrl-C
 */
export async function pollWatching(stage: Stage): Promise<never> {
  const { session, screen, paint, interruption } = stage;
  const files = watchFiles(session.project.sources());
  try {
    let change = files.changed();
    for (;;) {
      await orShow(stage, () => runAndCancel(stage, change));
      screen.say(paint.dim('Waiting for a change of the collector; Ctrl-C ends it.'));
      for (;;) {
        const file = await interruption.race(change);
        change = files.changed();
        screen.say(paint.dim(`${relative(process.cwd(), file)} changed: a new run`));
        if (await orShow(stage, () => rebuild(stage, files))) break;
      }
    }
  } finally {
    files.close();
  }
}

/** Does the work. @returns whether it went well; a mistake in the project is shown */
async function orShow({ screen, paint }: Stage, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    screen.clear();
    for (const line of error.message.split('\n')) screen.say(`${paint.red('✘')} ${line}`);
    return false;
  }
}

async function runAndCancel(stage: Stage, change: Promise<string>): Promise<void> {
  const { cloud, pipeline } = stage.session;
  let ended = false;
  try {
    await runOnce(stage, (runId) => {
      void change.then(async () => {
        if (!ended) await cloud.invoke(pipeline.functions.start, { cancel: runId });
      });
    });
  } finally {
    ended = true;
  }
}

async function rebuild(stage: Stage, files: FileWatch): Promise<void> {
  const { cloud, project } = stage.session;
  await cloud.updateCode(await project.rebuild());
  files.watch(project.sources());
  warnOfSources(stage);
}
