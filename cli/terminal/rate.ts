/** Seconds over which a rate is taken. */
const windowSeconds = 3;

/** How fast a number grows, of late. */
export class Rate {
  #samples: { readonly at: number; readonly value: number }[] = [];

  /** Takes the number as it is at a time, in seconds. @returns its growth a second */
  of(value: number, at: number): number {
    this.#samples.push({ at, value });
    while (at - (this.#samples[1]?.at ?? at) >= windowSeconds) this.#samples.shift();
    const [first] = this.#samples;
    if (!first || at === first.at) return 0;
    return Math.max(0, (value - first.value) / (at - first.at));
  }
}
