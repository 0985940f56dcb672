import type { InvocationResult } from '../../localstack/embedded/embedded-cloud';
import { undeclaredVariables } from './check-sources';
import { followRun } from './follow';
import type { FunctionLines } from './function-lines';
import type { Interruption } from './interruption';
import type { Start } from './invocations';
import type { Outcome } from './outcome';
import { writeReport } from './report';
import type { Session } from './session';
import { explainStart, SetupError } from './setup-error';
import type { StartQueue } from './start-queue';
import type { TypeCheck } from './type-check';
import { objectSummaryOf, summaryOf } from './summary';
import type { Paint } from '../terminal/paint';
import type { Screen } from '../terminal/screen';

/** A session, and where it is shown. */
export interface Stage {
  readonly session: Session;
  readonly starts: StartQueue;
  readonly screen: Screen;
  readonly paint: Paint;
  readonly interruption: Interruption;
  readonly lines: FunctionLines;
  /** `undefined` for a project whose types are not checked. */
  readonly types: TypeCheck | undefined;
}

/**
 * Starts a run, and follows it to its end.
 * @param onStarted is called with the id of the run
 * @throws SetupError when the functions cannot start
 */
export async function runOnce(
  stage: Stage,
  onStarted: (runId: string) => void = () => undefined,
): Promise<Outcome> {
  const { session, starts, interruption } = stage;
  const { cloud, pipeline } = session;
  const meterBefore = await cloud.meter();
  const result = await interruption.race(cloud.invoke(pipeline.functions.start));
  if (result.kind === 'functionError') {
    throw new SetupError(explainStart(result.error, session.project.entry ?? 'The collector'));
  }
  const { invokedAt, answer } = await startOf(starts, result);
  if (answer?.outcome !== 'started' || answer.runId === undefined) {
    throw new Error(`start: ${answer?.outcome ?? result.kind}: ${answer?.reason ?? ''}`);
  }
  onStarted(answer.runId);
  const started = { runId: answer.runId, invokedAt, meterBefore };
  const outcome = await followRun(session, started, stage.screen, interruption);
  tell(stage, outcome);
  return outcome;
}

/** Takes the start that had this result; the others in the queue failed, or cancelled a run. */
async function startOf(starts: StartQueue, result: InvocationResult): Promise<Start> {
  const own = JSON.stringify(result.kind === 'result' ? result.value : undefined);
  for (;;) {
    const start = await starts.next();
    if (JSON.stringify(start.answer) === own || result.kind === 'throttled') return start;
  }
}

/** Shows the result of a run, and writes the report. */
export function tell({ session, screen, paint, lines }: Stage, outcome: Outcome): void {
  screen.clear();
  lines.flush();
  session.errors?.clear();
  const { report, part } = session.options;
  const summary = part?.kind === 'object' ? objectSummaryOf : summaryOf;
  for (const line of summary(outcome, paint)) screen.say(line);
  if (report !== undefined) writeReport(report, outcome);
}

/** Warns of variables that the sources read and the functions do not have. */
export function warnOfSources({ session: { project }, screen, paint }: Stage): void {
  const warnings = undeclaredVariables(project.sources(), project.variables, process.env);
  for (const warning of warnings) screen.say(`${paint.yellow('!')} ${warning}`);
}
