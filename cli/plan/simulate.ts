import { branchOf } from '../../shared/core/chord';
import { batchSizeOf, largestBatch } from '../../shared/core/event-source';
import { limits } from '../../shared/core/limits';
import { chunksOf } from '../../shared/core/lists';
import { seeded } from '../../shared/core/random';
import { Bounds } from './bounds';
import { calls } from './calls';
import { EventQueue } from './event-queue';
import { listPages } from './list-pages';
import { Account, coldStartsOf, functionUses, gbSecondsOf, type Begun } from './functions';
import {
  dispatchFairly,
  firstMessages,
  groupsOf,
  MappingModel,
  messagesFor,
  pageMessage,
  type Taken,
} from './mapping';
import { dueSeconds, paceOf, reservationsOf, type Pace } from './pace';
import type { Simulation } from './simulation';
import { Timeline } from './timeline';
import { tryMembers } from './tries';
import { nothingCounted, type RunShape } from './usage';
import type { Platform, PlanSettings, Workload } from './workload';

/** Simulates a run, event by event: the same input gives the same outcome. */
export function simulate(
  workload: Workload,
  settings: PlanSettings,
  platform: Platform,
): Simulation {
  return new RunModel(workload, settings, platform).run();
}

class RunModel {
  readonly #work: Workload;
  readonly #settings: PlanSettings;
  readonly #platform: Platform;
  readonly #random = seeded(1);
  readonly #events = new EventQueue();
  readonly #account: Account;
  readonly #pages: MappingModel;
  readonly #objects: MappingModel;
  readonly #use = functionUses();
  readonly #pageCount: number;
  readonly #pending: Int32Array;
  readonly #settled = new Timeline();
  readonly #inFlight = new Timeline();
  readonly #bounds: Bounds;
  readonly #pace: Pace | undefined;
  #pagesDone = 0;
  #wall = 0;
  #objectsNow = 0;
  readonly #sum = { peakObjects: 0, longest: 0, failed: 0, retried: 0 };
  readonly #counts = nothingCounted();

  constructor(work: Workload, settings: PlanSettings, platform: Platform) {
    this.#work = work;
    this.#settings = settings;
    this.#platform = platform;
    this.#account = new Account(this.#events, platform);
    this.#pageCount = Math.max(1, Math.ceil(work.objects / work.pageSize));
    this.#pending = new Int32Array(this.#pageCount);
    this.#bounds = new Bounds(work, settings, platform);
    this.#pace = paceOf(work, settings, this.#pageCount);
    const common = {
      events: this.#events,
      account: this.#account,
      platform,
      most: Math.min(platform.mostPollers, settings.maxConcurrency),
    };
    this.#pages = new MappingModel({
      ...common,
      batchSize: largestBatch,
      work: this.#listPages.bind(this),
    });
    this.#objects = new MappingModel({
      ...common,
      batchSize: batchSizeOf(settings),
      work: this.#collect.bind(this),
    });
    this.#account.onFree = () => {
      dispatchFairly(this.#pages, this.#objects);
    };
  }

  run(): Simulation {
    this.#start();
    this.#events.drain();
    const use = this.#use;
    return {
      wallSeconds: this.#wall,
      peakConcurrency: this.#account.peak,
      peakObjects: this.#sum.peakObjects,
      longestObjectSeconds: this.#sum.longest,
      waitsForConcurrency: this.#account.waits,
      heldBySourceSeconds: this.#bounds.heldBySource,
      heldByTableSeconds: this.#bounds.heldByTable,
      coldStarts: coldStartsOf(use),
      failed: this.#sum.failed,
      retried: this.#sum.retried,
      settledAt: (seconds) => Math.min(this.#work.objects, this.#settled.until(seconds)),
      inFlight: this.#inFlight.read(),
      shape: this.#shape(),
      gbSeconds: gbSecondsOf(use, this.#platform),
    };
  }

  #shape(): RunShape {
    const { objects, numbered, idBytes, recordBytes, listing, handsOnState } = this.#work;
    return {
      ...{ objects, numbered, idBytes, recordBytes, listing, handsOnState },
      ...this.#counts,
      pages: this.#pageCount,
      objectsPerMessage: this.#settings.objectsPerMessage,
      pageBatches: this.#pages.batches,
      objectBatches: this.#objects.batches,
      runReads: this.#use.page.runReads + this.#use.object.runReads,
      objectEnvironments: this.#use.object.coldStarts,
    };
  }

  #start(): void {
    const { storeSeconds, sendSeconds, deliverySeconds } = this.#platform;
    const { numbered, pageSeconds } = this.#work;
    const begun = this.#account.begin(this.#use.start, false);
    // Numbered pages are counted first: a call of the source.
    const ready = begun.at + calls.start * storeSeconds + (numbered ? pageSeconds * 0.1 : 0);
    const first = numbered ? this.#pageCount : 1;
    for (let from = 0; from < first; from += limits.batchEntries) {
      const wave = Math.floor(from / limits.batchEntries / calls.requestsAtOnce);
      const sent = Math.max(ready + (wave + 1) * sendSeconds, this.#turnOf(from, 0));
      const count = Math.min(limits.batchEntries, first - from);
      const pages = Array.from({ length: count }, (_, at) => from + at);
      this.#pages.send(sent + deliverySeconds, pages.map(pageMessage));
    }
    this.#events.add(ready + sendSeconds, () => {
      this.#account.end(this.#use.start, begun);
    });
  }

  /** Seconds at which the message of an object is delivered, where objects are paced. */
  #turnOf(page: number, index: number): number {
    return this.#pace ? dueSeconds(this.#pace, page, index) : 0;
  }

  #listPages(batch: readonly Taken[], done: () => void): void {
    const begun = this.#account.begin(this.#use.page);
    const listing = {
      ...{ work: this.#work, settings: this.#settings, platform: this.#platform },
      ...{ account: this.#account, use: this.#use.page, queue: this.#pages },
      pageCount: this.#pageCount,
      sendObjects: this.#sendObjects.bind(this),
      turnOf: (page: number) => this.#turnOf(page, 0),
      pace: this.#pace,
    };
    const end = listPages(listing, batch, begun);
    if (end - begun.at >= 1) this.#counts.longListings += 1;
    this.#events.add(end, () => {
      done();
      this.#account.end(this.#use.page, begun);
    });
  }

  /** Sends the objects of pages that were listed together, from a time on. @returns when they are sent */
  #sendObjects(pages: readonly number[], from: number): number {
    const { sendSeconds, deliverySeconds, storeSeconds } = this.#platform;
    const { objectsPerMessage } = this.#settings;
    const { objects, pageSize } = this.#work;
    for (const page of pages) {
      this.#pending[page] = Math.max(0, Math.min(pageSize, objects - page * pageSize));
      if (this.#pending[page] !== 0) continue;
      this.#counts.climbs += 1;
      this.#pageDone(from + 2 * storeSeconds);
    }
    const messages = [...firstMessages(pages, this.#work, objectsPerMessage)];
    const waves = chunksOf(messages, limits.batchEntries * calls.requestsAtOnce);
    for (const [at, wave] of waves.entries()) {
      const come = from + (at + 1) * sendSeconds + deliverySeconds;
      const all = wave.map(({ message }) => message);
      if (this.#pace === undefined) this.#objects.send(come, all);
      else
        for (const { page, first, message } of wave)
          this.#objects.send(Math.max(come, this.#turnOf(page, first)), [message]);
    }
    this.#counts.objectSends += Math.ceil(messages.length / limits.batchEntries);
    return from + (waves.length === 0 ? 2 * storeSeconds : waves.length * sendSeconds);
  }

  #collect(batch: readonly Taken[], done: () => void): void {
    const { fetchCpuSeconds, objectCpuSeconds, objectMemoryGb } = this.#platform;
    const begun = this.#account.begin(this.#use.object);
    const members = batch.reduce((sum, taken) => sum + taken.members, 0);
    const fetches = members * this.#work.fetchSeconds.filter((seconds) => seconds > 0).length;
    const called = this.#account.cpu(begun.at, fetches * fetchCpuSeconds, objectMemoryGb);
    const fetched = this.#bounds.fetchedAt(called, members);
    const atOnce = Math.min(members, this.#bounds.atOnce);
    this.#objectsNow += atOnce;
    this.#sum.peakObjects = Math.max(this.#sum.peakObjects, this.#objectsNow);
    this.#counts.reservations += reservationsOf(this.#pace, members);
    this.#inFlight.add(begun.at, fetched, atOnce);
    this.#events.add(fetched, () => {
      this.#objectsNow -= atOnce;
      const worked = this.#account.cpu(fetched, members * objectCpuSeconds, objectMemoryGb);
      this.#events.add(worked, () => {
        this.#save(begun, batch, members, done);
      });
    });
  }

  /** Saves and settles what was collected, climbs, and ends the invocation. */
  #save(begun: Begun, batch: readonly Taken[], members: number, done: () => void): void {
    const { storeSeconds } = this.#platform;
    const requests = Math.ceil(members / calls.putsARequest / calls.requestsAtOnce);
    const saved = this.#bounds.writtenAt(this.#events.now + requests * storeSeconds, members);
    const settled = saved + storeSeconds;
    this.#events.add(settled, () => {
      const complete = groupsOf(batch).filter((group) => this.#settle(group));
      this.#counts.climbs += new Set(complete.map(({ page }) => branchOf(page))).size;
    });
    // Pages that are complete climb together before the invocation ends.
    const end = settled + 2 * storeSeconds;
    this.#sum.longest = Math.max(this.#sum.longest, end - begun.at);
    this.#events.add(end, () => {
      done();
      this.#account.end(this.#use.object, begun);
    });
  }

  /** @returns whether that completes the page */
  #settle({ page, attempt, members }: Taken): boolean {
    const { deliverySeconds, sendSeconds, storeSeconds } = this.#platform;
    const [counts, { now }] = [this.#counts, this.#events];
    const { fail, again, delaySeconds } = tryMembers(members, attempt, this.#work, this.#random);
    const settled = members - again;
    counts.groups += 1;
    this.#sum.failed += fail - again;
    this.#sum.retried += again;
    counts.settles += Math.ceil(settled / limits.membersPerSettle);
    counts.putBatches += Math.ceil((members - fail) / calls.putsARequest);
    if (fail > again) counts.putBatches += Math.ceil((fail - again) / calls.putsARequest);
    if (again > 0) {
      const messages = messagesFor(page, attempt + 1, again, this.#settings.objectsPerMessage);
      counts.retryMessages += Math.ceil(messages.count / limits.batchEntries);
      this.#objects.send(now + sendSeconds + delaySeconds + deliverySeconds, [messages]);
    }
    this.#settled.add(now, now + 1e-6, settled * 1e6);
    const left = (this.#pending[page] ?? 0) - settled;
    this.#pending[page] = left;
    if (left === 0) this.#pageDone(now + storeSeconds);
    return left === 0;
  }

  /** A page has climbed; the last one completes the run. */
  #pageDone(at: number): void {
    this.#pagesDone += 1;
    if (this.#pagesDone < this.#pageCount) return;
    const { storeSeconds, sendSeconds, deliverySeconds } = this.#platform;
    this.#events.add(at + storeSeconds + sendSeconds + deliverySeconds, () => {
      const begun = this.#account.begin(this.#use.callback, false);
      this.#wall = begun.at + calls.callback * storeSeconds;
      this.#events.add(this.#wall, () => {
        this.#account.end(this.#use.callback, begun);
      });
    });
  }
}
