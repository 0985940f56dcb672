import type { Action, PipelineState } from '../api';
import { isRedrivable } from '../../run-view';

/** The one action that fits how a pipeline is. */
export function fittingAction({ pipeline, paused, underWay, runs }: PipelineState): Action {
  const running = underWay.at(-1);
  if (running) return { kind: 'cancel', pipeline, runId: running.runId };
  if (paused) return { kind: 'resume', pipeline };
  const last = runs.at(-1);
  if (last?.redrivenBy === null && isRedrivable(last)) {
    return { kind: 'redrive', pipeline, runId: last.runId };
  }
  return { kind: 'start', pipeline };
}

const labels: Readonly<Record<Action['kind'], string>> = {
  start: 'Start a run',
  cancel: 'Cancel',
  redrive: 'Redrive',
  pause: 'Pause',
  resume: 'Resume',
  backfill: 'Fill the gaps',
};

/** What the button of an action says. */
export const labelOf = ({ kind }: Action): string => labels[kind];
