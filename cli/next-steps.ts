import { isFinal } from '../shared/core/run';
import type { Printer } from './io';
import type { RunDetail } from './run-detail';
import { isGood, isIncomplete, isListed } from './run-view';

/** Seconds without a settled object after which a step says so. */
const stillSeconds = 300;

/** The context of the steps. */
export interface StepsFor {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly paused: boolean;
  /** A command to paste, such as `show RUN`. */
  readonly command: Printer['command'];
}

/** Lists what to do next about a run, a line each; the first is the most urgent. */
export function nextSteps(
  run: Omit<RunDetail, 'next'>,
  { now, paused, command }: StepsFor,
): string[] {
  return [
    ...(isFinal(run.status) ? afterTheEnd(run, command) : underWay(run, now, command)),
    ...(paused ? [`the pipeline is paused: ${command('resume')}`] : []),
  ];
}

function afterTheEnd(run: Omit<RunDetail, 'next'>, command: StepsFor['command']): string[] {
  const { runId, status, reason, listing, counts, redrivenBy } = run;
  if (redrivenBy !== null) return [`it was redriven: ${command(`show ${redrivenBy}`)}`];
  const steps: string[] = [];
  if (status === 'CALLBACK_FAILED') {
    steps.push(
      `fix onComplete and deploy, then call it again over what was collected: ${command(`redrive ${runId} --wait`)}`,
    );
  } else if (isIncomplete(run))
    steps.push(`collect ${missingOf(run)}: ${command(`redrive ${runId} --wait`)}`);
  if (counts.failed > 0) steps.push(`see each failure: ${command(`failures ${runId}`)}`);
  if (reason === 'listedShort' && listing !== null) {
    steps.push(
      `the source has ${listing.total} objects, and ${listing.listed} were listed: list all again: ${command('start --wait')}`,
    );
  }
  if (status === 'TIMED_OUT') {
    steps.push(
      'it reached runDeadline: raise that or maxConcurrency; pollard plan says how long a poll takes',
    );
  }
  if (steps.length === 0 && !isGood(run)) steps.push(`start a new run: ${command('start --wait')}`);
  return steps;
}

/** Names what a redrive would collect. */
function missingOf(run: Pick<RunDetail, 'reason' | 'counts'>): string {
  const left = run.counts.failed + run.counts.pending;
  return [
    ...(left > 0 ? [`the ${left} again`] : []),
    ...(isListed(run) ? [] : ['the pages that were not listed']),
  ].join(' and ');
}

function underWay(
  run: Omit<RunDetail, 'next'>,
  now: number,
  command: StepsFor['command'],
): string[] {
  const { runId, lastWalk, queues } = run;
  const steps = [`follow it: ${command(`watch ${runId}`)}`];
  const still = lastWalk ? (now - Date.parse(lastWalk.movedAt)) / 1_000 : 0;
  if (still > stillSeconds) {
    steps.push(
      `nothing has settled for ${Math.round(still / 60)} min: reconcile sends what is lost again; or end it: ${command(`cancel ${runId}`)}`,
    );
  }
  if (now > Date.parse(run.deadline)) {
    steps.push('it is past its deadline: reconcile ends it at its next walk; is it running?');
  }
  if (queues.parked)
    steps.push('messages are parked that nothing could deal with: see docs/runbook.md');
  return steps;
}
