import { leaseOf } from './collector-names';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartAnswer } from '../shared/pipeline/start/start';
import { Interrupted } from './errors';
import { exitCodes } from './exit-codes';
import { follow } from './follow';
import { answerLine, invokeStart, isUnderWay } from './invoke-start';
import type { Printer } from './io';
import type { Pipeline } from './pipelines';
import { isGood, viewOf } from './run-view';
import { endLines } from './summary';

/**
 * Starts runs one after the other, each when the previous one has ended. A failed run does not prevent the next ones.
 * @param events of the start function
 * @returns the exit code: 1 if one has failed
 */
export async function startInTurn(
  pipeline: Pipeline,
  events: readonly object[],
  printer: Printer,
): Promise<number> {
  const runs: object[] = [];
  let failed = 0;
  for (const [at, event] of events.entries()) {
    const answer = await startWhenFree(pipeline, event, {
      signal: printer.io.signal,
      onWait: (runId) => {
        printer.note(printer.paint.dim(`waiting for ${runId}`));
      },
    });
    if (!isUnderWay(answer)) {
      failed += 1;
      runs.push(answer);
      if (!printer.json) printer.line(`✘ ${answerLine(answer)}`);
      continue;
    }
    printer.note(`${at + 1} of ${events.length}: ${answerLine(answer)}`);
    const run = await follow(pipeline, answer.runId, printer);
    const view = await viewOf(pipeline, run, printer.io.now());
    runs.push(view);
    if (!isGood(view)) failed += 1;
    if (!printer.json) printer.out.lines(endLines(view, printer.paint));
  }
  if (printer.json) printer.document(runs);
  else printer.note(`${events.length - failed} of ${events.length} runs ended well`);
  return failed === 0 ? exitCodes.good : exitCodes.failed;
}

/** Milliseconds between two looks at what is waited for. */
const lookEveryMs = 1_000;

/** How a start waits while another run is under way. */
export interface Waiting {
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Receives the id of the run that is waited for. */
  readonly onWait: (runId: string) => void;
}

/**
 * Starts a run. If it is skipped because another run is under way, it is started again when that one has ended.
 * @throws Interrupted
 */
export async function startWhenFree(
  pipeline: Pipeline,
  event: object,
  { signal, onWait }: Waiting,
): Promise<StartAnswer> {
  for (;;) {
    const answer = await invokeStart(pipeline, event);
    if (answer.outcome !== 'skipped') return answer;
    const { holder } = await leaseOf(pipeline);
    if (!holder) return answer;
    onWait(holder.runId);
    await waitFor(signal, async () => {
      const lease = await leaseOf(pipeline);
      return lease.holder?.runId === holder.runId ? undefined : lease;
    });
  }
}

/** Looks every second until there is something to return. @throws Interrupted */
export async function waitFor<T>(
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (;;) {
    if (signal.aborted) throw new Interrupted('Interrupted');
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
