import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Action } from '../api';
import { getOverview, getRun } from './client';
import { ConfirmDialog } from './confirm';
import { useLive } from './live';
import { PipelineList } from './pipeline-list';
import { useOpened } from './route';
import { RunPanel } from './run-panel';
import { Trouble } from './trouble';

/** Milliseconds between two looks. */
const everyMs = { overview: 2_000, run: 1_000 } as const;

export function App(): JSX.Element {
  const opened = useOpened();
  const [asked, setAsked] = useState<Action>();
  const overview = useLive('overview', getOverview, everyMs.overview);
  const run = useLive(
    opened && JSON.stringify(opened),
    (signal) => (opened ? getRun(opened, signal) : Promise.reject(new Error('No run is open'))),
    // A run that has ended changes only by a redrive; its failures may take some looks to read.
    everyMs.run,
  );
  const { value } = overview;
  const act = value?.readOnly === false ? setAsked : undefined;
  return (
    <>
      <header class="top">
        <h1>Pollard</h1>
        {value && <span class="place">{value.place}</span>}
        {value?.readOnly === true && <span class="badge idle">read-only</span>}
      </header>
      <main>
        <Trouble live={overview} at={value?.at} />
        {value ? (
          <PipelineList overview={value} opened={opened} act={act} />
        ) : (
          overview.error === undefined && <p class="quiet">Reading the pipelines …</p>
        )}
        {opened && <RunPanel key={JSON.stringify(opened)} opened={opened} live={run} act={act} />}
      </main>
      {asked && (
        <ConfirmDialog
          action={asked}
          overview={value}
          run={run.value}
          close={(again) => {
            setAsked(undefined);
            if (!again) return;
            overview.refresh();
            run.refresh();
          }}
        />
      )}
    </>
  );
}
