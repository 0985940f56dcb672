import type { JSX } from 'preact';
import { isFinal } from '../../../shared/core/run';
import { clock, duration } from '../../terminal/age';
import { count, dollars } from '../../terminal/format';
import type { OpenRun } from '../api';
import { paceOf } from './pace';
import { ago, Foreign } from './text';

/** A run in figures: its counts, totals, pace, cost and times. */
export const Figures = ({ run }: { readonly run: OpenRun }): JSX.Element => (
  <>
    <dl class="figures facts">
      {[...countsOf(run), ...paceFigures(run)].map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {Object.entries({ ...run.view.totals, ...run.view.exactTotals }).map(([name, total]) => (
        <div key={`total ${name}`}>
          <dt>
            total <Foreign text={name} />
          </dt>
          <dd>{count(BigInt(total))}</dd>
        </div>
      ))}
    </dl>
    <p class="quiet">{storyOf(run)}.</p>
    {!run.exact && <Inexact run={run} />}
  </>
);

interface Figure {
  readonly name: string;
  readonly value: string;
}

/** Counts that are shown only when there is something to count. */
const sometimes = {
  unchanged: 'unchanged',
  duplicates: 'duplicates',
  pending: 'pending',
  retried: 'retries',
  unlistedPages: 'pages not listed',
} as const;

function countsOf({ view: { counts, listing } }: OpenRun): Figure[] {
  const total = listing === null ? '' : ` of ${count(listing.total)}`;
  const always = [
    { name: 'listed', value: `${count(counts.listed)}${total}` },
    { name: 'saved', value: count(counts.saved) },
    { name: 'failed', value: count(counts.failed) },
  ];
  const more = (Object.keys(sometimes) as (keyof typeof sometimes)[])
    .filter((name) => counts[name] > 0)
    .map((name) => ({ name: sometimes[name], value: count(counts[name]) }));
  return [...always, ...more];
}

function paceFigures(run: OpenRun): Figure[] {
  const { view } = run;
  const { left, perMinute } = paceOf(run);
  return [
    { name: isFinal(view.status) ? 'took' : 'running for', value: duration(view.seconds) },
    ...(perMinute > 0 ? [{ name: 'settled a minute', value: count(perMinute) }] : []),
    ...(left === undefined ? [] : [{ name: 'left, at this pace', value: duration(left) }]),
    { name: 'cost', value: `~${dollars(view.costUsd)}` },
  ];
}

const triggers: Readonly<Record<OpenRun['view']['trigger'], string>> = {
  tick: 'by a tick',
  manual: 'by hand',
  backfill: 'by a backfill',
  redrive: 'by a redrive',
  followUp: 'after a run of the pipeline that it follows',
};

/** When and why it started and ended. */
function storyOf({ view, deadline, generation }: OpenRun): string {
  const { startedAt, completedAt, trigger, reason } = view;
  return [
    `Started ${clock(Date.parse(startedAt))} ${triggers[trigger]}`,
    completedAt === null
      ? `deadline ${clock(deadline)}`
      : `ended ${clock(Date.parse(completedAt))}`,
    ...(reason === null || reason === 'done' ? [] : [`because of ${reason}`]),
    ...(generation > 0 ? [`sent again ${count(generation)} times by reconcile`] : []),
  ].join(', ');
}

const Inexact = ({ run: { lastWalk, at } }: { readonly run: OpenRun }): JSX.Element => (
  <p class="note">
    Too many pages are pending to read them all: the counts are of the pages that are done
    {lastWalk &&
      `, and ${count(lastWalk.settled)} objects had settled at the last walk, ${ago(lastWalk.at, at)}`}
    .
  </p>
);
