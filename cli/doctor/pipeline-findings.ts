import { leaseOf, skippedTicksOf } from '../collector-names';
import { isFinal, type Run } from '../../shared/core/run';
import type { Lease } from '../../shared/core/ports/run-store';
import { nameOf } from '../../shared/aws/send';
import { clock } from '../terminal/age';
import { plural } from '../terminal/format';
import type { Printer } from '../io';
import { pausedText } from '../pausing';
import type { Pipeline } from '../pipelines';
import { recentRuns } from '../recent-runs';
import { queueDepths, type RunDetail } from '../run-detail';
import { skippedText } from '../skipped';
import { nextTickOf } from '../ui/next-tick';
import type { Finding } from './finding';

/** The number of walks of reconcile that a run may miss before it is reported: a walk may be slow, and a start late. */
const missedWalks = 5;

/** The number of runs that are read for the last tick and the last walk. */
const runsRead = 10;

interface Looked {
  readonly lease: Lease;
  readonly runs: readonly Run[];
  readonly queues: RunDetail['queues'];
  readonly now: number;
  readonly command: Printer['command'];
}

/** Checks a pipeline: what prevents it from polling, and what an operator must handle. */
export async function pipelineFindings(
  pipeline: Pipeline,
  now: number,
  command: Printer['command'],
): Promise<Finding[]> {
  const [lease, skipped, runs, queues, alarms] = await Promise.all([
    leaseOf(pipeline),
    skippedTicksOf(pipeline),
    recentRuns(pipeline, runsRead),
    queueDepths(pipeline),
    alarmFindings(pipeline),
  ]);
  const name = pipeline.published.pipeline;
  const looked = { lease, runs, queues, now, command };
  const skippedTicks = skippedText(skipped, now);
  return [
    nextFinding(pipeline, looked),
    ...walkFindings(pipeline, looked),
    ...(skippedTicks === undefined
      ? []
      : [
          warning(
            name,
            skippedTicks,
            `fill in those that have no run: ${command('start --gaps --dry-run', name)}`,
          ),
        ]),
    ...messageFindings(name, queues),
    ...alarms,
  ];
}

/** Checks whether anyone receives the alarms. The embedded cloud has neither alarms nor topics. */
async function alarmFindings({ operator, published }: Pipeline): Promise<Finding[]> {
  const { alarmTopic, pipeline } = published;
  if (alarmTopic === undefined) return [];
  try {
    if ((await operator.confirmedSubscriptions(alarmTopic)) > 0) return [];
  } catch (error) {
    if (nameOf(error) === 'NotImplemented') return [];
    throw error;
  }
  return [
    warning(
      pipeline,
      'nobody receives its alarms: their topic has no confirmed subscription',
      `set alarmEmail, or: aws sns subscribe --topic-arn ${alarmTopic} --protocol email --notification-endpoint YOU`,
    ),
  ];
}

const warning = (name: string, found: string, fix: string): Finding => ({
  name,
  state: 'warning',
  found,
  fix,
});

/** Reports whether the pipeline is paused, and when it polls next. */
function nextFinding({ published }: Pipeline, looked: Looked): Finding {
  const { lease, runs, now, command } = looked;
  const { pipeline: name, schedule } = published;
  if (lease.paused) {
    return warning(name, pausedText(lease), `let it go on: ${command('resume', name)}`);
  }
  if (schedule === undefined) return { name, state: 'ok', found: 'not paused; no schedule' };
  const lastTick = runs.find(({ trigger }) => trigger === 'tick');
  const next = nextTickOf(schedule, lastTick && Date.parse(lastTick.scheduledTime), now);
  const when = next === undefined ? schedule : `next tick ${clock(next)}`;
  return { name, state: 'ok', found: `not paused; ${when}` };
}

/** Reports each run under way that reconcile has not walked over recently. */
function walkFindings({ published }: Pipeline, { runs, now }: Looked): Finding[] {
  const { pipeline: name, settings } = published;
  const longestMs = missedWalks * settings.reconcilePeriodSeconds * 1_000;
  return runs
    .filter(({ status }) => !isFinal(status))
    .flatMap((run) => {
      const at = run.progress?.at ?? run.startedAt;
      if (now - at <= longestMs) return [];
      const since = run.progress ? `since ${clock(at)}` : 'yet';
      return [
        warning(
          name,
          `reconcile has not walked over ${run.runId} ${since}`,
          'see docs/runbook.md#reconcile-failing',
        ),
      ];
    });
}

function messageFindings(name: string, { parked, lostTicks }: RunDetail['queues']): Finding[] {
  return [
    ...(lostTicks
      ? [
          warning(
            name,
            `${plural(lostTicks.waiting, 'tick')} could not be delivered, or the start failed`,
            'see docs/runbook.md#lost-tick',
          ),
        ]
      : []),
    ...(parked
      ? [
          warning(
            name,
            `${plural(parked.waiting, 'message')} parked`,
            'see docs/runbook.md#parked-messages',
          ),
        ]
      : []),
  ];
}
