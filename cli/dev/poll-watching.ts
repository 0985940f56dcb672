import { relative } from 'node:path';
import { appFiles } from './app-files';
import { distinctSeconds, pollOnSchedule, type ScheduleSpan } from './poll-on-schedule';
import { openProject, type Project } from './project';
import { runOnce, warnOfSources, type Stage } from './run-once';
import { SetupError } from './setup-error';
import { watchFiles, type FileWatch } from './watch-files';

/**
 * Polls, and polls again with each change of the collector's files, until Ctrl-C: on the same cloud, with its records, states and
 * runs. A change during a run cancels it.
 * @returns the app, synthesized again after a change of its files, for a new cloud
 * @throws Interrupted at Ctrl-C
 */
export async function pollWatching(stage: Stage): Promise<Project> {
  const { session, screen, paint, interruption } = stage;
  const { project } = session;
  const ofApp = new Set(await appFiles());
  const files = watchFiles([...project.sources(), ...ofApp], project.readAt);
  try {
    const now = distinctSeconds();
    let change = files.changed();
    for (let span: Pick<ScheduleSpan, 'startsNow'> = {}; ; span = { startsNow: true }) {
      await orShow(stage, () => pollUntil(stage, change, { ...span, now }));
      if (!session.options.schedule) {
        screen.say(paint.dim('Waiting for a change of the collector or the app; Ctrl-C ends it.'));
      }
      let made: Project | 'rebuilt' | undefined;
      while (made === undefined) {
        const file = await interruption.race(change);
        change = files.changed();
        screen.say(paint.dim(`${relative(process.cwd(), file)} changed`));
        stage.types?.start();
        made = await orShow<Project | 'rebuilt'>(stage, () =>
          ofApp.has(file) ? openProject(session.options) : rebuild(stage, files, ofApp),
        );
      }
      if (made !== 'rebuilt') return made;
    }
  } finally {
    files.close();
  }
}

/** Does the work. @returns its result; `undefined` for a mistake in the project, which is shown */
async function orShow<T>({ screen, paint }: Stage, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    screen.clear();
    for (const line of error.message.split('\n')) screen.say(`${paint.red('✘')} ${line}`);
    return undefined;
  }
}

/** Polls once, or on the schedule until the change, which cancels a run that is under way or starting. */
async function pollUntil(
  stage: Stage,
  change: Promise<string>,
  span: Pick<ScheduleSpan, 'startsNow' | 'now'>,
): Promise<void> {
  const { cloud, pipeline, options } = stage.session;
  let [underWay, hasChanged]: [string | undefined, boolean] = [undefined, false];
  const cancelAfterChange = (): void => {
    if (underWay === undefined || !hasChanged) return;
    void cloud.invoke(pipeline.functions.start, { cancel: underWay });
  };
  const onStarted = (runId: string): void => {
    underWay = runId;
    cancelAfterChange();
  };
  const onEnded = (): void => {
    underWay = undefined;
  };
  void change.then(() => {
    hasChanged = true;
    cancelAfterChange();
  });
  try {
    if (options.schedule) {
      await pollOnSchedule(stage, { ...span, until: change, onStarted, onEnded });
    } else await runOnce(stage, onStarted);
  } finally {
    onEnded();
  }
}

/** Bundles the collector again, for the functions and the watch. */
async function rebuild(
  stage: Stage,
  files: FileWatch,
  ofApp: Iterable<string>,
): Promise<'rebuilt'> {
  const { cloud, project } = stage.session;
  await cloud.updateCode(await project.rebuild());
  files.watch([...project.sources(), ...ofApp], project.readAt);
  warnOfSources(stage);
  return 'rebuilt';
}
