import type { JSX } from 'preact';
import { duration } from '../../terminal/age';
import { count, dollars } from '../../terminal/format';
import type {
  Action,
  BackfillProgress,
  Overview,
  PipelineRow,
  PipelineState,
  RunUnderWay,
} from '../api';
import { fittingAction, labelOf } from './fitting-action';
import { RunBars } from './run-bars';
import { hrefOf, type OpenedRun } from './route';
import { ago, Badge, Foreign, toneOf } from './text';

export type Act = ((action: Action) => void) | undefined;

interface ListProps {
  readonly overview: Overview;
  readonly opened: OpenedRun | undefined;
  /** `undefined` where actions are refused. */
  readonly act: Act;
}

/** All pipelines, a row each. */
export const PipelineList = ({ overview, opened, act }: ListProps): JSX.Element => (
  <section aria-labelledby="pipelines">
    <h2 id="pipelines" class="hidden">
      Pipelines
    </h2>
    <ul class="pipelines">
      {overview.pipelines.map((row) => (
        <li key={nameOf(row)} class="pipeline">
          {row.kind === 'read' ? (
            <Row state={row} now={overview.at} opened={opened} act={act} />
          ) : (
            <Unreadable row={row} />
          )}
        </li>
      ))}
    </ul>
  </section>
);

const nameOf = ({ pipeline }: PipelineRow): string => pipeline;

const Unreadable = ({
  row: { pipeline, error },
}: {
  readonly row: Extract<PipelineRow, { kind: 'unreadable' }>;
}): JSX.Element => (
  <>
    <h3>{pipeline}</h3>
    <p class="trouble">{error}</p>
  </>
);

interface RowProps {
  readonly state: PipelineState;
  readonly now: number;
  readonly opened: OpenedRun | undefined;
  readonly act: Act;
}

function Row({ state, now, opened, act }: RowProps): JSX.Element {
  const { pipeline, paused, pausing, failedRuns, schedule, month } = state;
  const action = fittingAction(state);
  return (
    <>
      <div class="name">
        <h3>{pipeline}</h3>
        <p class="quiet">{schedule ?? 'no schedule'}</p>
        {paused && <Badge tone="warn">paused</Badge>}
        {pausing && <p class="quiet">by {pausing.by}</p>}
        {failedRuns > 1 && <Badge tone="bad">{count(failedRuns)} failed in a row</Badge>}
        <Gaps state={state} act={act} />
      </div>
      <RunBars state={state} opened={opened} now={now} />
      <div class="now">
        <Now state={state} now={now} />
      </div>
      <dl class="figures">
        <div>
          <dt>next tick</dt>
          <dd>{nextOf(state, now)}</dd>
        </div>
        <div>
          <dt>this month</dt>
          <dd>
            {month.complete ? '~' : 'at least '}
            {dollars(month.usd)}
          </dd>
        </div>
      </dl>
      {act && (
        <button
          type="button"
          class="action"
          onClick={() => {
            act(action);
          }}
        >
          {labelOf(action)}
          <span class="hidden"> {pipeline}</span>
        </button>
      )}
    </>
  );
}

/** The ticks that started no run, and how far a backfill of them is. */
function Gaps({ state, act }: Pick<RowProps, 'state' | 'act'>): JSX.Element {
  const { pipeline, gaps, skipped, backfill } = state;
  const ticks = gaps.map(({ scheduledTime }) => scheduledTime);
  return (
    <>
      {skipped !== null && (
        <p class="quiet">
          <Foreign text={skipped} />
        </p>
      )}
      {backfill && <BackfillLine pipeline={pipeline} backfill={backfill} />}
      {act && ticks.length > 0 && backfill?.over !== false && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            act({ kind: 'backfill', pipeline, ticks });
          }}
        >
          Fill the gaps
          <span class="hidden"> of {pipeline}</span>
        </button>
      )}
    </>
  );
}

function BackfillLine({
  pipeline,
  backfill: { ended, ticks, failed, runId, error, over },
}: {
  readonly pipeline: string;
  readonly backfill: BackfillProgress;
}): JSX.Element {
  return (
    <p class="quiet" role="status">
      {over ? 'Gaps filled' : 'Filling gaps'}: {count(ended - failed)} of {count(ticks)} ended well
      {failed > 0 && `, ${count(failed)} did not`}
      {runId !== null && (
        <>
          , now <a href={hrefOf({ pipeline, run: runId })}>{runId}</a>
        </>
      )}
      {error !== null && (
        <>
          : <Foreign text={error} />
        </>
      )}
    </p>
  );
}

function nextOf({ nextTick, paused }: PipelineState, now: number): string {
  if (paused) return 'none: paused';
  if (nextTick === null) return '–';
  return nextTick <= now ? 'now' : `in ${duration((nextTick - now) / 1_000)}`;
}

function Now({ state, now }: { readonly state: PipelineState; readonly now: number }): JSX.Element {
  const { underWay, runs, pipeline } = state;
  if (underWay.length > 0) {
    return (
      <>
        {underWay.map((run) => (
          <UnderWay key={run.runId} pipeline={pipeline} run={run} now={now} />
        ))}
      </>
    );
  }
  const last = runs.at(-1);
  if (!last) return <p class="quiet">no run yet</p>;
  const { completedAt, seconds, counts } = last;
  return (
    <p>
      <StatusLink pipeline={pipeline} run={last} />{' '}
      {completedAt !== null && ago(Date.parse(completedAt), now)} in {duration(seconds)}
      <br />
      <span class="quiet">
        {count(counts.saved + counts.unchanged)} saved
        {counts.failed > 0 && `, ${count(counts.failed)} failed`}
      </span>
    </p>
  );
}

/** The status of a run as a link that opens it. */
const StatusLink = ({
  pipeline,
  run: { runId, status },
}: {
  readonly pipeline: string;
  readonly run: Pick<RunUnderWay, 'runId' | 'status'>;
}): JSX.Element => (
  <a href={hrefOf({ pipeline, run: runId })}>
    <Badge tone={toneOf(status)}>{status}</Badge>
    <span class="hidden"> {runId}</span>
  </a>
);

function UnderWay({
  pipeline,
  run,
  now,
}: {
  readonly pipeline: string;
  readonly run: RunUnderWay;
  readonly now: number;
}): JSX.Element {
  const { startedAt, pages, pagesDone, settled } = run;
  return (
    <p>
      <StatusLink pipeline={pipeline} run={run} /> for {duration((now - startedAt) / 1_000)}
      <br />
      <span class="quiet">
        {count(settled)} settled · {count(pagesDone)} of {count(pages)} pages
      </span>
    </p>
  );
}
