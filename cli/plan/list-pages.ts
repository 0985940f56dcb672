import { listsOnUntil } from '../../shared/core/lists-on';
import type { Account, Begun, FunctionUse } from './functions';
import { pageMessage, type MappingModel, type Taken } from './mapping';
import type { Pace } from './pace';
import type { Platform, PlanSettings, Workload } from './workload';

/** What an invocation of the page function works with. */
export interface PageListing {
  readonly work: Workload;
  readonly settings: PlanSettings;
  readonly platform: Platform;
  readonly account: Account;
  readonly use: FunctionUse;
  readonly queue: MappingModel;
  readonly pageCount: number;
  /** Sends the objects of pages, from a time on. @returns when they are sent */
  readonly sendObjects: (pages: readonly number[], from: number) => number;
  /** Seconds at which the turn of a page's first object comes, where objects are paced. */
  readonly turnOf: (page: number) => number;
  readonly pace: Pace | undefined;
}

/** Lists the pages of a batch. @returns when the invocation ends */
export function listPages(listing: PageListing, batch: readonly Taken[], begun: Begun): number {
  const { pageSeconds, numbered } = listing.work;
  const pages = batch.map(({ page }) => page);
  if (!numbered) return Math.max(...pages.map((page) => listOn(listing, page, begun)));
  return listing.sendObjects(pages, begun.at + pageSeconds + listing.platform.storeSeconds);
}

/**
 * Lists a page and those behind it, each while the one ahead of it is stored and sent, and sends the page where it stops.
 * @returns when it stops
 */
function listOn(listing: PageListing, first: number, begun: Begun): number {
  const { work, settings, platform, account, use, queue, pageCount } = listing;
  const { storeSeconds, sendSeconds, deliverySeconds } = platform;
  const until = listsOnUntil(begun.at, begun.at + settings.pageTimeoutSeconds);
  let listed = begun.at + work.pageSeconds;
  for (let page = first; ; page += 1) {
    const from = account.readRun(use, begun, listed);
    // The page is stored, and makes the one behind it pending.
    const sent = listing.sendObjects([page], from + 2 * storeSeconds);
    if (page + 1 >= pageCount) return sent;
    // Objects wait in their own messages for a while; beyond that the listing itself waits.
    const turn = listing.turnOf(page + 1);
    const { aheadSeconds = Infinity, listedSeconds = Infinity } = listing.pace ?? {};
    const isEarly = turn - aheadSeconds > from;
    if (from > until || isEarly) {
      const message = [pageMessage(page + 1)];
      const wanted = isEarly ? turn - listedSeconds : 0;
      queue.send(Math.max(sent + sendSeconds, wanted) + deliverySeconds, message);
      return sent + sendSeconds;
    }
    listed = Math.max(from + work.pageSeconds, sent);
  }
}
