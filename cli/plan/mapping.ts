import type { EventQueue } from './event-queue';
import type { Account } from './functions';
import type { Platform } from './workload';

/** Messages that came together: so many, each with `size` members, but for the last. */
export interface Messages {
  readonly page: number;
  readonly attempt: number;
  count: number;
  readonly size: number;
  /** Members of the last message. */
  readonly last: number;
}

/** What of some messages an invocation gets. */
export interface Taken {
  readonly page: number;
  readonly attempt: number;
  readonly members: number;
}

/** A page's task. */
export const pageMessage = (page: number): Messages => ({
  ...{ page, attempt: 1, count: 1, size: 1, last: 1 },
});

/** Messages for so many members, `size` in each. */
export function messagesFor(
  page: number,
  attempt: number,
  members: number,
  size: number,
): Messages {
  const count = Math.ceil(members / size);
  return { page, attempt, count, size, last: members - (count - 1) * size };
}

/** The first messages of the objects of pages, and the index on its page of each one's first object. */
export function* firstMessages(
  pages: readonly number[],
  { objects, pageSize }: { readonly objects: number; readonly pageSize: number },
  size: number,
): Generator<{ readonly page: number; readonly first: number; readonly message: Messages }> {
  for (const page of pages) {
    const members = Math.min(pageSize, objects - page * pageSize);
    for (let first = 0; first < members; first += size) {
      yield { page, first, message: messagesFor(page, 1, Math.min(size, members - first), size) };
    }
  }
}

/** What a batch has of each page, by attempt: each is saved and settled by itself. */
export function groupsOf(batch: readonly Taken[]): Taken[] {
  const [first] = batch;
  if (first && batch.length === 1) return [first];
  const groups = new Map<string, Taken>();
  for (const taken of batch) {
    const key = `${taken.page} ${taken.attempt}`;
    const members = (groups.get(key)?.members ?? 0) + taken.members;
    groups.set(key, { page: taken.page, attempt: taken.attempt, members });
  }
  return [...groups.values()];
}

export interface MappingSpec {
  readonly events: EventQueue;
  readonly account: Account;
  readonly platform: Platform;
  readonly batchSize: number;
  readonly most: number;
  /** Works on a batch, and calls `done` when that is over. */
  readonly work: (batch: readonly Taken[], done: () => void) => void;
}

/** A queue and its mapping: pollers, of which there are more as long as all are busy, hand batches to a function. */
export class MappingModel {
  readonly #spec: MappingSpec;
  #queue: Messages[] = [];
  #head = 0;
  #pollers: number;
  #busy = 0;
  #ramping = false;
  batches = 0;

  constructor(spec: MappingSpec) {
    this.#spec = spec;
    this.#pollers = Math.min(spec.platform.firstPollers, spec.most);
  }

  /** Batches that are worked on. */
  get busy(): number {
    return this.#busy;
  }

  get isWaiting(): boolean {
    return this.#head < this.#queue.length;
  }

  /** Messages come at a time, all at once. */
  send(at: number, messages: readonly Messages[]): void {
    this.#spec.events.add(at, () => {
      this.#queue.push(...messages);
      this.dispatch();
    });
  }

  /** Hands out what waits, as far as pollers and executions are free. */
  dispatch(): void {
    const { account, work } = this.#spec;
    while (this.isWaiting && this.#busy < this.#pollers) {
      if (!account.isFree) {
        account.waits += 1;
        break;
      }
      this.#busy += 1;
      this.batches += 1;
      work(this.#take(), () => {
        this.#busy -= 1;
      });
    }
    this.#grow();
  }

  #grow(): void {
    const { events, platform, most, account } = this.#spec;
    if (this.#ramping || this.#busy < this.#pollers || this.#pollers >= most) return;
    this.#ramping = true;
    events.add(events.now + platform.pollerRampSeconds, () => {
      this.#ramping = false;
      if (this.#busy >= this.#pollers && account.isFree) this.#pollers += 1;
      if (this.isWaiting) this.dispatch();
      else if (this.#busy > 0) this.#grow();
    });
  }

  #take(): Taken[] {
    const batch: Taken[] = [];
    const { batchSize, platform } = this.#spec;
    let left = Math.min(batchSize, platform.messagesPerReceive);
    while (left > 0) {
      const first = this.#queue[this.#head];
      if (!first) break;
      const count = Math.min(left, first.count);
      const all = count === first.count;
      const members = all ? (count - 1) * first.size + first.last : count * first.size;
      batch.push({ page: first.page, attempt: first.attempt, members });
      first.count -= count;
      left -= count;
      if (all) this.#head += 1;
    }
    if (this.#head > 1_024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }
}

/** Executions that are free go to the function that has the fewest. */
export function dispatchFairly(a: MappingModel, b: MappingModel): void {
  const [first, second] = a.busy <= b.busy ? [a, b] : [b, a];
  first.dispatch();
  second.dispatch();
}
