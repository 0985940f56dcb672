import { branchNode, runNode } from '../core/chord';
import { limits } from '../core/limits';
import type { ChordStore } from '../core/ports';

/** How many pages of a run are known: those that were made pending so far. */
export async function pagesOf({ chord }: { chord: ChordStore }, runId: string): Promise<number> {
  const root = await chord.read(runNode(runId));
  if (!root || root.opened < 0) return 0;
  const last = await chord.read(branchNode(runId, root.opened));
  // A run cut short may have a branch that was added and not opened yet: the branches before it are full.
  return last ? last.opened + 1 : root.opened * limits.pagesPerBranch;
}
