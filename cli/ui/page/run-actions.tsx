import type { JSX } from 'preact';
import { isFinal } from '../../../shared/core/run';
import { isRedrivable } from '../../run-view';
import type { Action, OpenRun } from '../api';
import { labelOf } from './fitting-action';

interface ActionsProps {
  readonly run: OpenRun;
  readonly act: (action: Action) => void;
}

/** What can be done about a run and its pipeline. */
export const RunActions = ({ run, act }: ActionsProps): JSX.Element => (
  <p class="actions">
    {actionsFor(run).map((action) => (
      <button
        key={action.kind}
        type="button"
        class="action"
        onClick={() => {
          act(action);
        }}
      >
        {labelOf(action)}
      </button>
    ))}
  </p>
);

function actionsFor({ pipeline, view, paused }: OpenRun): Action[] {
  const { runId, status, redrivenBy } = view;
  const redrivable = isFinal(status) && redrivenBy === null && isRedrivable(view);
  return [
    ...(status === 'RUNNING' ? [{ kind: 'cancel', pipeline, runId } as const] : []),
    ...(redrivable ? [{ kind: 'redrive', pipeline, runId } as const] : []),
    ...(isFinal(status) ? [{ kind: 'start', pipeline } as const] : []),
    { kind: paused ? 'resume' : 'pause', pipeline },
  ];
}
