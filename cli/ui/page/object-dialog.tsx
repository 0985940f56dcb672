import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { plural } from '../../terminal/format';
import type { FailedObject } from '../api';
import { getLogs, getObject } from './client';
import { LogLines } from './log-lines';
import { hrefOf } from './route';
import { Foreign } from './text';

export type FailedOne = Extract<FailedObject, { kind: 'object' }>;

interface ObjectProps {
  readonly pipeline: string;
  readonly run: string;
  readonly object: FailedOne;
  readonly close: () => void;
}

/** An object that failed: its error in full, the records that runs before have saved of it, and its log lines. */
export function ObjectDialog({ pipeline, run, object, close }: ObjectProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const { objectId } = object;
  const history = useRead(() => getObject(pipeline, objectId));
  const logs = useRead(() => getLogs({ pipeline, run, object: objectId }));
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="object" aria-labelledby="object" onClose={close}>
      <h2 id="object">
        <Foreign text={objectId} />
      </h2>
      <p class="quiet">
        Page {object.page}, failed after {plural(object.attempts, 'attempt')}:
      </p>
      <pre tabIndex={0}>
        <Foreign text={object.error} />
      </pre>
      <h3>Its log lines in this run</h3>
      <Reading of={logs} />
      {logs.value && <LogLines run={run} object={objectId} logs={logs.value} />}
      <h3>Its records, the newest first</h3>
      <Reading of={history} />
      {history.value?.records.length === 0 && <p>No run has saved a record of it.</p>}
      {history.value?.records.map(({ runId, record }) => (
        <div key={runId}>
          <a href={hrefOf({ pipeline, run: runId })} onClick={close}>
            <Foreign text={runId} />
          </a>
          <pre tabIndex={0}>
            <Foreign text={JSON.stringify(record)} />
          </pre>
        </div>
      ))}
      <form method="dialog" class="choices">
        <button>Close</button>
      </form>
    </dialog>
  );
}

interface Read<T> {
  readonly value?: T;
  readonly error?: string;
}

/** Reads something once, when the component is shown. */
function useRead<T>(read: () => Promise<T>): Read<T> {
  const [state, setState] = useState<Read<T>>({});
  useEffect(() => {
    read().then(
      (value) => {
        setState({ value });
      },
      (thrown: unknown) => {
        setState({ error: thrown instanceof Error ? thrown.message : String(thrown) });
      },
    );
  }, []);
  return state;
}

/** Says that something is being read, or why it could not be. */
const Reading = ({ of: { value, error } }: { readonly of: Read<unknown> }): JSX.Element => (
  <div role="status">
    {error !== undefined && <p class="trouble">{error}</p>}
    {value === undefined && error === undefined && <p class="quiet">Reading …</p>}
  </div>
);
