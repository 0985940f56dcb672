import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { plural } from '../../terminal/format';
import type { FailedObject, ObjectHistory } from '../api';
import { getObject } from './client';
import { hrefOf } from './route';
import { Foreign } from './text';

export type FailedOne = Extract<FailedObject, { kind: 'object' }>;

interface ObjectProps {
  readonly pipeline: string;
  readonly object: FailedOne;
  readonly close: () => void;
}

type Read = { readonly history?: ObjectHistory; readonly error?: string };

/** An object that failed: its error in full, and the records that runs before have saved of it. */
export function ObjectDialog({ pipeline, object, close }: ObjectProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [{ history, error }, setRead] = useState<Read>({});
  useEffect(() => {
    dialog.current?.showModal();
    getObject(pipeline, object.objectId).then(
      (read) => {
        setRead({ history: read });
      },
      (thrown: unknown) => {
        setRead({ error: String(thrown) });
      },
    );
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="object" onClose={close}>
      <h2 id="object">
        <Foreign text={object.objectId} />
      </h2>
      <p class="quiet">
        Page {object.page}, failed after {plural(object.attempts, 'attempt')}:
      </p>
      <pre tabIndex={0}>
        <Foreign text={object.error} />
      </pre>
      <h3>Its records, the newest first</h3>
      <div role="status">
        {error !== undefined && <p class="trouble">{error}</p>}
        {history?.records.length === 0 && <p>No run has saved a record of it.</p>}
        {!history && error === undefined && <p class="quiet">Reading …</p>}
      </div>
      {history?.records.map(({ runId, record }) => (
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
