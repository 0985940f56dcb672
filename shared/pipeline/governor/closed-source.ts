import type { Pipeline } from '../pipeline';

/** Until when the source is closed, in epoch milliseconds: what waits for it is not lost. `-Infinity` when it is open. */
export const closedUntil = async ({ sources }: Pick<Pipeline, 'sources'>): Promise<number> =>
  (await sources.fanOut()?.closedUntil())?.until ?? -Infinity;

/** Whether the source has failed for so long that a run is to end: only failures count, not a wait that it asked for. */
export async function isGivenUp({
  sources,
  collector,
  now,
}: Pick<Pipeline, 'sources' | 'collector' | 'now'>): Promise<boolean> {
  const closed = await sources.fanOut()?.closedUntil();
  if (closed?.why !== 'failing' || !collector.source) return false;
  return now() - closed.since > collector.source.giveUpAfterMs;
}
