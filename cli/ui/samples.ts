import type { Sample } from './api';

/** Samples that are kept: more than a chart has columns. */
const mostSamples = 240;

/** A number that grows, over time. When there are too many samples, every second one is dropped. */
export class Samples {
  #kept: Sample[] = [];

  /** Adds a sample; one of a time that is known, or that says less than one before it, is left out. */
  add(sample: Sample): void {
    const after = this.#kept.findIndex(({ at }) => at >= sample.at);
    const place = after < 0 ? this.#kept.length : after;
    if (this.#kept[place]?.at === sample.at) return;
    if ((this.#kept[place - 1]?.settled ?? 0) > sample.settled) return;
    if ((this.#kept[place]?.settled ?? Infinity) < sample.settled) return;
    this.#kept.splice(place, 0, sample);
    if (this.#kept.length > mostSamples) {
      this.#kept = this.#kept.filter((_, at) => at % 2 === 0 || at === this.#kept.length - 1);
    }
  }

  /** The samples, the oldest first. */
  list(): readonly Sample[] {
    return [...this.#kept];
  }
}
