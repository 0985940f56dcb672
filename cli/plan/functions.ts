import type { EventQueue } from './event-queue';
import { Timeline } from './timeline';
import type { GbSeconds } from './usage';
import { defaultMemoryGb, type Platform } from './workload';

/** Seconds for which an environment keeps the run it has read. */
const runCacheSeconds = 2;

interface Environment {
  readAt: number;
}

/** An invocation that begins. */
export interface Begun {
  readonly environment: Environment;
  /** When the handler is at work. */
  readonly at: number;
  readonly from: number;
}

/** A function's environments, and what they came to. */
export class FunctionUse {
  readonly #idle: Environment[] = [];
  invocations = 0;
  coldStarts = 0;
  seconds = 0;
  runReads = 0;

  take(): { readonly environment: Environment; readonly cold: boolean } {
    this.invocations += 1;
    const idle = this.#idle.pop();
    if (idle) return { environment: idle, cold: false };
    this.coldStarts += 1;
    return { environment: { readAt: -Infinity }, cold: true };
  }

  give(environment: Environment): void {
    this.#idle.push(environment);
  }
}

/** The account: executions at once, and the CPUs, where they are shared. */
export class Account {
  readonly #events: EventQueue;
  readonly #platform: Platform;
  readonly #timeline = new Timeline();
  #running = 0;
  #cpuFree = 0;
  peak = 0;
  /** How often something had to wait for a free execution. */
  waits = 0;
  onFree: () => void = () => undefined;

  constructor(events: EventQueue, platform: Platform) {
    this.#events = events;
    this.#platform = platform;
  }

  get isFree(): boolean {
    return this.#running < this.#platform.concurrency;
  }

  get executions(): Timeline {
    return this.#timeline;
  }

  /** Begins an invocation: a cold start, its way to the handler, a look at the run where that is not known. */
  begin(use: FunctionUse, readsRun = true): Begun {
    const { now } = this.#events;
    const { coldStartSeconds, invokeSeconds, coldCpuSeconds } = this.#platform;
    this.#running += 1;
    this.peak = Math.max(this.peak, this.#running);
    const { environment, cold } = use.take();
    let at = now + invokeSeconds;
    if (cold) at = Math.max(at + coldStartSeconds, this.cpu(at, coldCpuSeconds));
    const begun = { environment, at, from: now };
    return readsRun ? { ...begun, at: this.readRun(use, begun, at) } : begun;
  }

  /** The run is read again in the course of an invocation, at a time, where the environment does not know it any more. */
  readRun(use: FunctionUse, { environment }: Begun, at: number): number {
    if (at - environment.readAt <= runCacheSeconds) return at;
    environment.readAt = at + this.#platform.storeSeconds;
    use.runReads += 1;
    return environment.readAt;
  }

  /** Ends an invocation now. */
  end(use: FunctionUse, { environment, from }: Begun): void {
    this.#running -= 1;
    use.seconds += this.#events.now - from;
    this.#timeline.add(from, this.#events.now, 1);
    use.give(environment);
    this.onFree();
  }

  /** When so much CPU time is spent that is asked for at a time, with the CPU of `gb` of memory or the shared ones. */
  cpu(at: number, seconds: number, gb = 1): number {
    const { sharedCpus } = this.#platform;
    if (sharedCpus === undefined) return at + seconds / cpusOf(gb);
    this.#cpuFree = Math.max(at, this.#cpuFree) + seconds / sharedCpus;
    return this.#cpuFree;
  }
}

/** Lambda gives a CPU for 1,769 MB, and less in proportion. */
const cpusOf = (gb: number): number => Math.min(6, (gb * 1_024) / 1_769);

/** The functions of a run. */
export type FunctionUses = Readonly<Record<'start' | 'page' | 'object' | 'callback', FunctionUse>>;

export const functionUses = (): FunctionUses => ({
  start: new FunctionUse(),
  page: new FunctionUse(),
  object: new FunctionUse(),
  callback: new FunctionUse(),
});

export const coldStartsOf = (uses: FunctionUses): number =>
  Object.values(uses).reduce((sum, { coldStarts }) => sum + coldStarts, 0);

/** What the functions are billed for their time. */
export const gbSecondsOf = (
  { start, page, object, callback }: FunctionUses,
  { objectMemoryGb }: Platform,
): GbSeconds => ({
  waiting: page.seconds * defaultMemoryGb.page + object.seconds * objectMemoryGb,
  other: start.seconds * defaultMemoryGb.start + callback.seconds * defaultMemoryGb.callback,
});
