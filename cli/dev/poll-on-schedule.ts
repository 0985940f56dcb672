import { followRun } from './follow';
import type { Start } from './invocations';
import type { Paint } from '../terminal/paint';
import { tell, type Stage } from './run-once';
import { tickScheduleOf } from './schedule';
import type { Session } from './session';

/** When polling on the schedule begins and ends. */
export interface ScheduleSpan {
  /** Whether the first run starts now. @default - as the schedule says: a rate fires at once */
  readonly startsNow?: boolean;
  /** Ends the polling when it resolves; a run under way is followed to its end. @default - only Ctrl-C does */
  readonly until?: Promise<unknown>;
  /** Receives the id of each run. */
  readonly onStarted?: (runId: string) => void;
  /** Receives the id of each run that has ended. */
  readonly onEnded?: (runId: string) => void;
  /** The time of the first run, where that starts now. @default - now */
  readonly now?: () => Date;
}

/**
 * Makes a clock whose times are all in different seconds: Scheduler tells the time of a tick in whole seconds, and two ticks of one
 * time are one run.
 */
export function distinctSeconds(): () => Date {
  let last = 0;
  return () => new Date((last = Math.max(Date.now(), last + 1_000)));
}

/**
 * Polls at each tick of the schedule.
 * @throws Interrupted at Ctrl-C
 */
export async function pollOnSchedule(stage: Stage): Promise<never>;
export async function pollOnSchedule(stage: Stage, span: ScheduleSpan): Promise<void>;
export async function pollOnSchedule(stage: Stage, span: ScheduleSpan = {}): Promise<void> {
  const { session, starts, screen, paint, interruption } = stage;
  const { cloud, pipeline } = session;
  const { name, expression } = tickScheduleOf(pipeline, cloud.resources);
  screen.say(`${pipeline.pipeline} polls at ${expression}, until Ctrl-C.`);
  const { until = never, onStarted, onEnded, now = () => new Date() } = span;
  let meterBefore = await cloud.meter();
  // Scheduler fires a rate without a start date at once, then after each period.
  const startsNow = span.startsNow ?? expression.startsWith('rate(');
  const ticked = startsNow ? tickOnce(session, name, now()) : undefined;
  const ended = Promise.all([until, ticked]);
  for (;;) {
    const start = await interruption.race(starts.next(ended));
    if (!start) return;
    const runId = start.answer?.runId ?? '';
    onStarted?.(runId);
    const run = { runId, invokedAt: start.invokedAt, meterBefore };
    tell(stage, await followRun(session, run, screen, interruption));
    onEnded?.(runId);
    screen.say(paint.dim('Waiting for the next tick; Ctrl-C ends it.'));
    meterBefore = await cloud.meter();
  }
}

/** Fires the schedule, and waits until the start function has been called once: a failed call is tried again after a minute. */
function tickOnce({ cloud, pipeline }: Session, name: string, at: Date): Promise<void> {
  return new Promise((resolve) => {
    const stop = cloud.onInvocation(({ kind, functionName }) => {
      if (kind === 'end' && functionName === pipeline.functions.start) end();
    });
    const end = (): void => {
      stop();
      resolve();
    };
    void cloud.tick(name, at).then(end);
  });
}

const never = new Promise<never>(() => undefined);

/** Whether a tick started a run. */
export const isStarted = ({ answer }: Start): boolean =>
  answer?.outcome === 'started' && answer.runId !== undefined;

/** Formats the result of a tick that started no run. */
export function skippedTick({ answer }: Start, paint: Paint): string {
  if (!answer) return paint.red('A tick could not start its run.');
  const reason = answer.reason === undefined ? '' : `: ${answer.reason}`;
  return paint.yellow(`Tick ${answer.runId ?? ''} ${answer.outcome}${reason}`);
}
