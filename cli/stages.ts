import type { PageStore } from '../shared/core/ports/page-store';
import { isFinal, type Run } from '../shared/core/run';

/** A stage of a run. Objects are collected while other pages are still listed. */
export interface Stage {
  readonly name: 'listing' | 'objects' | 'callback';
  /** Epoch milliseconds. */
  readonly from: number;
  /** Epoch milliseconds; `null` while it lasts. */
  readonly to: number | null;
}

/**
 * Reads when the last page of a run was listed; `undefined` while there is a page behind it, or where a release before this one
 * listed it.
 * @param known pages of the run that are known
 */
export async function listedAtOf(
  { readManifest }: Pick<PageStore, 'readManifest'>,
  runId: string,
  known: number,
): Promise<number | undefined> {
  const last = known > 0 ? await readManifest(runId, known - 1) : undefined;
  return last?.nextPageToken === undefined ? last?.listedAt : undefined;
}

/** Tells the stages of a run apart; a stage of which a release before this one did not keep the times is left out. */
export function stagesOf(run: Run, listedAt: number | undefined): Stage[] {
  const { status, reason, startedAt, completingSince, completedAt } = run;
  if (completingSince === undefined && isFinal(status)) return [];
  const collected = completingSince ?? null;
  const isCut = reason !== undefined && reason !== 'done' && reason !== 'listedShort';
  const listed = listedAt ?? (isCut ? collected : null);
  const objects: readonly Stage[] = [
    ...(listed === null && reason !== undefined
      ? []
      : [{ name: 'listing', from: startedAt, to: listed } as const]),
    { name: 'objects', from: startedAt, to: collected },
  ];
  return [
    ...(run.callbackOf === undefined ? objects : []),
    ...(collected === null
      ? []
      : [{ name: 'callback', from: collected, to: completedAt ?? null } as const]),
  ];
}
