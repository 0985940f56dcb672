import { limits } from '../../shared/core/limits';
import { sourcePace } from './pace';
import { recordUnitsOf } from './record-units';
import { objectsAtOnceOf, type Platform, type PlanSettings, type Workload } from './workload';

/** What holds objects back: their own time, the source's limits, the table's. */
export class Bounds {
  readonly #work: Workload;
  readonly #platform: Platform;
  /** Objects that one invocation works on at once. */
  readonly atOnce: number;
  #sourceFree = 0;
  #tableFree = 0;
  /** Seconds by which the source, and the table, held objects back in all. */
  heldBySource = 0;
  heldByTable = 0;

  constructor(work: Workload, settings: PlanSettings, platform: Platform) {
    this.#work = work;
    this.#platform = platform;
    this.atOnce = objectsAtOnceOf(settings, work, limits.fetchesAtOnce);
  }

  /** When all objects are fetched and crunched: a wave after the other, and as the source allows. */
  fetchedAt(at: number, members: number): number {
    const { fetchSeconds, crunchSeconds } = this.#work;
    const { sourceConcurrency = Infinity } = this.#work;
    const slowest = Math.max(0, ...fetchSeconds);
    const fetching = fetchSeconds.reduce((sum, seconds) => sum + seconds, 0);
    const waves = Math.ceil(members / this.atOnce);
    const alone = at + waves * (slowest + crunchSeconds);
    // A source that takes so many requests at once takes so many a second, by Little's law.
    const objectsPerSecond = Math.min(
      sourcePace(this.#work),
      fetching > 0 ? sourceConcurrency / fetching : Infinity,
    );
    if (objectsPerSecond === Infinity) return alone;
    this.#sourceFree = Math.max(at, this.#sourceFree) + members / objectsPerSecond;
    const held = this.#sourceFree + slowest + crunchSeconds;
    this.heldBySource += Math.max(0, held - alone);
    return Math.max(alone, held);
  }

  /** When the records are written: a table takes so many write units a second. */
  writtenAt(at: number, members: number): number {
    const { tableWriteUnitsPerSecond } = this.#platform;
    if (tableWriteUnitsPerSecond === Infinity) return at;
    const units = members * recordUnitsOf(this.#work);
    this.#tableFree = Math.max(at, this.#tableFree) + units / tableWriteUnitsPerSecond;
    const written = Math.max(at, this.#tableFree);
    this.heldByTable += written - at;
    return written;
  }
}
