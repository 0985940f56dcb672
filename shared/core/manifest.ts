import type { ChordNode } from './chord';
import type { Manifest } from './ports/page-store';
import { noCounts } from './run';

/** The placeholder for a forgotten id in a manifest: the members after it keep their numbers. No object has this id. */
export const forgottenId = '';

/** Returns the members of a page: its objects, then the ids that were rejected. */
export const membersOf = ({ objects, rejected = [] }: Manifest): number[] => [
  ...Array(objects.length + rejected.length).keys(),
];

/** Returns the node of a page of which nothing has settled, as it will be opened: all its members are pending. */
export function unsettledNode(manifest: Manifest): ChordNode {
  const pending = membersOf(manifest);
  const { length } = pending;
  const unlistedPages = manifest.listing === 'failed' ? 1 : 0;
  return {
    pending,
    opened: length - 1,
    counts: { ...noCounts, listed: length, pending: length, unlistedPages },
    totals: {},
    failedMembers: [],
  };
}
