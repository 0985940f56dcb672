import { unsettledNode } from '../core/manifest';
import type { ChordStore } from '../core/ports/chord-store';
import type { PageStore } from '../core/ports/page-store';

/** A read of a chord's nodes. */
export type ChordReader = Pick<ChordStore, 'read'>;

/** The stores in which the nodes of a chord are. */
export interface NodeStores {
  readonly chord: ChordReader;
  readonly pages: Pick<PageStore, 'readManifest'>;
}

/**
 * The nodes of a chord as they count. A page that was listed and of which nothing has settled has no node yet: it is read from
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

/** The nodes of a chord as `nodesOf` reads them, and how many items were read so far, each by a GetItem. */
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
