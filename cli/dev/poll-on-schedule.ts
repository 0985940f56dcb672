import { followRun } from './follow';
import type { Start } from './invocations';
import type { Paint } from '../terminal/paint';
import { tell, type Stage } from './run-once';
import { tickScheduleOf } from './schedule';

/** When polling on the schedule begins and ends. */
export interface ScheduleSpan {
  /** Whether the first run starts now. @default - as the schedule says: a rate fires at once */
  readonly startsNow?: boolean;
  /** Ends the polling when it resolves; a run under way is followed to its end. @default - only Ctrl-C does */
  readonly until?: Promise<unknown>;
  /** Receives the id of each run. */
  readonly onStarted?: (runId: string) => void;
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
  const { startsNow = expression.startsWith('rate('), until = never, onStarted } = span;
  const ended = until.then(() => undefined);
  let meterBefore = await cloud.meter();
  // Scheduler fires a rate without a start date at once, then after each period.
  if (startsNow) void cloud.tick(name);
  for (;;) {
    const start = await interruption.race(Promise.race([starts.next(), ended]));
    if (!start) return;
    const runId = start.answer?.runId ?? '';
    onStarted?.(runId);
    const run = { runId, invokedAt: start.invokedAt, meterBefore };
    tell(stage, await followRun(session, run, screen, interruption));
    screen.say(paint.dim('Waiting for the next tick; Ctrl-C ends it.'));
    meterBefore = await cloud.meter();
  }
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
