import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { OpenRun } from '../api';
import { Compare } from './compare';
import { Errors, Retries } from './errors';
import { Figures } from './figures';
import type { Live } from './live';
import type { Act } from './pipeline-list';
import { Queues } from './queues';
import { RunActions } from './run-actions';
import type { OpenedRun } from './route';
import { Source } from './source';
import { StripChart } from './strip-chart';
import { Badge, Foreign, toneOf } from './text';
import { Throughput } from './throughput';
import { Timeline } from './timeline';
import { Trouble } from './trouble';

interface PanelProps {
  readonly opened: OpenedRun;
  readonly live: Live<OpenRun>;
  readonly act: Act;
}

/** The open run in full. */
export function RunPanel({ opened, live, act }: PanelProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.scrollIntoView({ block: 'nearest' });
    heading.current?.focus({ preventScroll: true });
  }, []);
  const { value } = live;
  return (
    <section class="run" aria-labelledby="run">
      <div class="run-head">
        <h2 id="run" tabIndex={-1} ref={heading}>
          <Foreign text={opened.run} />
        </h2>
        {value && (
          <Badge tone={toneOf(value.view.status)}>
            <span role="status">{value.view.status}</span>
          </Badge>
        )}
        <a class="close" href="#">
          Close
        </a>
      </div>
      <Trouble live={live} at={value?.at} />
      {value ? (
        <RunBody run={value} act={act} />
      ) : (
        live.error === undefined && <p class="quiet">Reading the run …</p>
      )}
    </section>
  );
}

function RunBody({ run, act }: { readonly run: OpenRun; readonly act: Act }): JSX.Element {
  return (
    <>
      {act && <RunActions run={run} act={act} />}
      <Figures run={run} />
      <Source run={run} />
      <StripChart run={run} />
      <Timeline run={run} />
      <Throughput run={run} />
      <Errors run={run} />
      <Retries run={run} />
      <Queues run={run} />
      <Compare run={run} />
    </>
  );
}
