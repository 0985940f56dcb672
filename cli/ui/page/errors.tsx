import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { count, plural } from '../../terminal/format';
import type { FailedObject, OpenRun } from '../api';
import { ObjectDialog, type FailedOne } from './object-dialog';
import { ago, Foreign } from './text';

/** Why objects failed, and pages could not be listed: a group for each error. */
export function Errors({ run }: { readonly run: OpenRun }): JSX.Element | null {
  const { failures, view } = run;
  const [shown, setShown] = useState<FailedOne>();
  const all = view.counts.failed + view.counts.unlistedPages;
  if (all === 0) return null;
  return (
    <section aria-labelledby="failures">
      <h3 id="failures">
        Failures
        {failures.read < all && (
          <span class="quiet">
            {' '}
            · the first {count(failures.read)} of {count(all)}
          </span>
        )}
      </h3>
      <ul class="groups">
        {failures.groups.map((group) => (
          <li key={group.error}>
            <p>
              <strong class="bad-text">{count(group.count)} ×</strong>{' '}
              <Foreign text={group.error} />
            </p>
            <p class="quiet">
              such as{' '}
              {group.examples.map((example, at) => (
                <span key={at}>
                  {at > 0 && ', '}
                  <Example example={example} show={setShown} />
                </span>
              ))}
            </p>
          </li>
        ))}
      </ul>
      {shown && (
        <ObjectDialog
          pipeline={run.pipeline}
          run={view.runId}
          object={shown}
          close={() => {
            setShown(undefined);
          }}
        />
      )}
    </section>
  );
}

interface ExampleProps {
  readonly example: FailedObject;
  readonly show: (object: FailedOne) => void;
}

const Example = ({ example, show }: ExampleProps): JSX.Element =>
  example.kind === 'page' ? (
    <>page {example.page}</>
  ) : (
    <button
      type="button"
      class="plain"
      onClick={() => {
        show(example);
      }}
    >
      <code>
        <Foreign text={example.objectId} />
      </code>
    </button>
  );

/** Names of objects, with a comma between them. */
const Names = ({ names }: { readonly names: readonly string[] }): JSX.Element => (
  <>
    {names.map((name, at) => (
      <span key={name}>
        {at > 0 && ', '}
        <code>
          <Foreign text={name} />
        </code>
      </span>
    ))}
  </>
);

/** The errors because of which objects are being tried again. */
export function Retries({ run: { retries, at } }: { readonly run: OpenRun }): JSX.Element | null {
  if (retries.length === 0) return null;
  return (
    <section aria-labelledby="retries">
      <h3 id="retries">Tried again</h3>
      <ul class="groups">
        {retries.map((group) => (
          <li key={`${group.fetcher ?? ''} ${group.error}`}>
            <p>
              <strong class="warn-text">{count(group.objects)} ×</strong>{' '}
              <Foreign text={group.error} />
            </p>
            <p class="quiet">
              {group.fetcher !== null && (
                <>
                  fetcher <Foreign text={group.fetcher} />,{' '}
                </>
              )}
              {plural(group.attempt, 'attempt')} so far, {ago(Date.parse(group.at), at)}, such as{' '}
              <Names names={group.examples} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
