/** Buckets of a timeline at most; then two become one. */
const mostBuckets = 480;

/** A number over time, as its average in spans that grow with the time there is: constant in memory. */
export class Timeline {
  #sums: number[] = [];
  #width = 0.25;

  /** Adds `amount` from one time to another, in seconds. */
  add(from: number, to: number, amount: number): void {
    while (to >= this.#width * mostBuckets) this.#halve();
    const last = Math.floor(to / this.#width);
    for (let bucket = Math.floor(from / this.#width); bucket <= last; bucket += 1) {
      const start = Math.max(from, bucket * this.#width);
      const end = Math.min(to, (bucket + 1) * this.#width);
      this.#sums[bucket] = (this.#sums[bucket] ?? 0) + amount * Math.max(0, end - start);
    }
  }

  /** The averages, and how many seconds each is of. */
  read(): { readonly spanSeconds: number; readonly values: readonly number[] } {
    const values = Array.from(this.#sums, (sum: number | undefined) => (sum ?? 0) / this.#width);
    return { spanSeconds: this.#width, values };
  }

  /** What was added up to a time, by whole spans: amounts times seconds. */
  until(seconds: number): number {
    const spans = Math.floor(seconds / this.#width);
    return this.#sums
      .slice(0, spans)
      .reduce((sum, value: number | undefined) => sum + (value ?? 0), 0);
  }

  #halve(): void {
    const halves = Math.ceil(this.#sums.length / 2);
    this.#sums = Array.from(
      { length: halves },
      (_, at) => (this.#sums[2 * at] ?? 0) + (this.#sums[2 * at + 1] ?? 0),
    );
    this.#width *= 2;
  }
}
