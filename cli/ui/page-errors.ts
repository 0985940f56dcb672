import { mapAtOnce } from '../../shared/aws/until-done';
import type { PageStore } from '../../shared/core/ports/page-store';
import { FailureGroups } from '../failure-groups';
import { groupRetrying, retryingOn, type PageRetrying, type RetryGroup } from '../retrying';
import type { FailedObject, Failures } from './api';
import { faultsOf, type ChordSeen, type PageSeen } from './chord-look';

/** Pages of which a look reads the failures, and pages of which it reads the retries. */
export const pagesALook = 10;

/** Pages whose failures are kept: more of them show no other errors. */
const pagesKept = 50;

const readsAtOnce = 5;

interface FailedOnPage {
  readonly failures: number;
  readonly add: (groups: FailureGroups<FailedObject>) => void;
}

/** Reads why objects and pages of one run failed or are tried again, a bounded number of pages a look. */
export class PageErrors {
  readonly #pages: PageStore;
  readonly #runId: string;
  readonly #failed = new Map<number, FailedOnPage>();
  #retries = new Map<number, PageRetrying>();
  #reads = 0;

  constructor(pages: PageStore, runId: string) {
    this.#pages = pages;
    this.#runId = runId;
  }

  /** Queries and items read so far. */
  get reads(): number {
    return this.#reads;
  }

  /** The failures of the pages that were read, grouped by error. */
  async failuresOf(seen: ChordSeen): Promise<Failures> {
    const wanted: number[] = [];
    for (let page = 0; page < seen.pages && wanted.length < pagesALook; page += 1) {
      const now = seen.pageAt(page);
      if (!now || faultsOf(now) === (this.#failed.get(page)?.failures ?? 0)) continue;
      if (this.#failed.has(page) || this.#failed.size + wanted.length < pagesKept)
        wanted.push(page);
    }
    await mapAtOnce(wanted, readsAtOnce, async (page) => {
      const now = seen.pageAt(page);
      if (now) this.#failed.set(page, await this.#readFailed(page, now));
    });
    const groups = new FailureGroups<FailedObject>();
    let read = 0;
    for (const each of this.#failed.values()) {
      each.add(groups);
      read += each.failures;
    }
    return { groups: groups.list(), read };
  }

  /** The errors because of which objects are being tried again, of the pages that were looked at last. */
  async retriesOf(seen: ChordSeen): Promise<readonly RetryGroup[]> {
    const open = seen.exact ? seen.open : seen.open.slice(0, pagesALook);
    const known = this.#retries;
    // In turn: those first that were read longest ago.
    const order = [
      ...open.filter((page) => !known.has(page)),
      ...[...known.keys()].filter((page) => open.includes(page)),
    ];
    const read = order.slice(0, pagesALook);
    const found = await mapAtOnce(read, readsAtOnce, (page) => {
      this.#reads += 1;
      return retryingOn(this.#pages, this.#runId, page);
    });
    const before = order.slice(pagesALook).flatMap((page) => known.get(page) ?? []);
    this.#retries = new Map([...before, ...found].map((each) => [each.page, each]));
    return groupRetrying([...this.#retries.values()]);
  }

  async #readFailed(page: number, { state, failed }: PageSeen): Promise<FailedOnPage> {
    this.#reads += 1;
    if (state === 'failedToList') {
      const manifest = await this.#pages.readManifest(this.#runId, page);
      return {
        failures: failed + 1,
        add: (groups) => {
          groups.addPage(manifest?.error, { kind: 'page', page });
        },
      };
    }
    const details = await this.#pages.readFailures(this.#runId, page);
    return {
      failures: failed,
      add: (groups) => {
        for (const { objectId, error, attempts } of details) {
          groups.addObject(objectId, error, { kind: 'object', objectId, page, attempts, error });
        }
      },
    };
  }
}
