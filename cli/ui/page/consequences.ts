import { duration } from '../../terminal/age';
import { count, dollars, plural } from '../../terminal/format';
import type { Action, OpenRun, Overview, PipelineState } from '../api';
import type { RunView } from '../../run-view';

/** What will happen when an action is confirmed, a sentence each. */
export function consequencesOf(
  action: Action,
  overview: Overview | undefined,
  opened: OpenRun | undefined,
): string[] {
  const row = overview?.pipelines.find(({ pipeline }) => pipeline === action.pipeline);
  const state = row?.kind === 'read' ? row : undefined;
  switch (action.kind) {
    case 'start':
      return ['A run starts now and lists all pages.', ...lastTook(state), ...inTheWay(state)];
    case 'backfill':
      return [
        `${plural(action.ticks.length, 'tick')} started no run. Their runs start now, one after the other, the oldest first, for as long as this server is up.`,
        ...lastTook(state),
        ...(state && state.underWay.length > 0
          ? [
              'A run is under way: by the overlap setting of the pipeline, the first one waits for it, or cancels it.',
            ]
          : []),
      ];
    case 'cancel':
      return [
        `The run ${action.runId} ends early, as CANCELLED. What it has saved stays saved, and onComplete is called.`,
        'A redrive can collect the rest later.',
      ];
    case 'redrive':
      return [
        `A new run collects what ${action.runId} is missing: ${missingOf(viewOf(action.runId, state, opened))}. Nothing else is fetched again.`,
        ...inTheWay(state),
      ];
    case 'pause':
      return [
        'Ticks, starts, redrives and backfills are refused until the pipeline is resumed.',
        ...(state && state.underWay.length > 0 ? ['The run under way continues to its end.'] : []),
      ];
    case 'resume':
      return ['The pipeline continues with its next tick. Failed runs are counted from zero.'];
  }
}

const viewOf = (
  runId: string,
  state: PipelineState | undefined,
  opened: OpenRun | undefined,
): RunView | undefined =>
  opened?.view.runId === runId ? opened.view : state?.runs.find((view) => view.runId === runId);

function missingOf(view: RunView | undefined): string {
  if (!view) return 'objects that failed or are pending, and pages that were not listed';
  const { counts, reason } = view;
  const parts = [
    ...(counts.failed > 0 ? [`${plural(counts.failed, 'object')} that failed`] : []),
    ...(counts.pending > 0 ? [`${count(counts.pending)} that are pending`] : []),
    ...(counts.unlistedPages > 0
      ? [`${plural(counts.unlistedPages, 'page')} that could not be listed`]
      : []),
    ...(reason === 'done' ? [] : ['the pages after the last one that was listed']),
  ];
  return parts.join(', ');
}

function lastTook(state: PipelineState | undefined): string[] {
  const last = state?.runs.at(-1);
  if (!last) return [];
  return [
    `The last run took ${duration(last.seconds)} for ${plural(last.counts.listed, 'object')} and cost about ${dollars(last.costUsd)}.`,
  ];
}

const inTheWay = (state: PipelineState | undefined): string[] =>
  state && state.underWay.length > 0
    ? [
        'A run is under way: by the overlap setting of the pipeline, this one is refused, waits for it, or cancels it.',
      ]
    : [];
