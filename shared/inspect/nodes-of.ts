import { unsettledNode } from '../core/manifest';
import type { ChordStore } from '../core/ports/chord-store';
import type { PageStore } from '../core/ports/page-store';

/** The part of a chord store that reads nodes. */
export type ChordReader = Pick<ChordStore, 'read'>;

/** The stores that hold the nodes of a chord. */
export interface NodeStores {
  readonly chord: ChordReader;
  readonly pages: Pick<PageStore, 'readManifest'>;
}

/**
 * Returns a reader of the nodes of a chord. A page that was listed and of which nothing has settled has no node yet: it is read from
 * its manifest, with all its members pending.
 */
export const nodesOf = ({ chord, pages }: NodeStores): ChordReader => ({
  read: async (id) => {
    const node = await chord.read(id);
    if (node || id.kind !== 'page') return node;
    const manifest = await pages.readManifest(id.runId, id.page);
    return manifest && unsettledNode(manifest);
  },
});

/** Returns the reader of `nodesOf`, and the number of items that it has read so far, each by a GetItem. */
export function countedNodesOf({ chord, pages }: NodeStores): ChordReader & { reads: number } {
  const counted = {
    reads: 0,
    ...nodesOf({
      chord: {
        read: (node) => {
          counted.reads += 1;
          return chord.read(node);
        },
      },
      pages: {
        readManifest: (runId, page) => {
          counted.reads += 1;
          return pages.readManifest(runId, page);
        },
      },
    }),
  };
  return counted;
}
