/** What happens in a simulation, in the order of time; what is due at the same time, in the order it was added. */
export class EventQueue {
  readonly #at: number[] = [];
  readonly #order: number[] = [];
  readonly #run: (() => void)[] = [];
  #added = 0;

  /** Seconds since the start of the simulation. */
  now = 0;

  /** Has something happen at a time, which must not be past. */
  add(at: number, run: () => void): void {
    let child = this.#at.length;
    const order = this.#added;
    this.#added += 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if ((this.#at[parent] ?? 0) <= at) break;
      this.#move(parent, child);
      child = parent;
    }
    this.#put(child, at, order, run);
  }

  /** Runs everything that happens. */
  drain(): void {
    while (this.#at.length > 0) {
      this.now = this.#at[0] ?? 0;
      const run = this.#run[0];
      this.#removeFirst();
      run?.();
    }
  }

  #removeFirst(): void {
    const at = this.#at.pop() ?? 0;
    const order = this.#order.pop() ?? 0;
    const run = this.#run.pop();
    const size = this.#at.length;
    if (size === 0 || !run) return;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#before(child + 1, child)) child += 1;
      if (!this.#isBefore(child, at, order)) break;
      this.#move(child, parent);
      parent = child;
    }
    this.#put(parent, at, order, run);
  }

  #before(a: number, b: number): boolean {
    return this.#isBefore(a, this.#at[b] ?? 0, this.#order[b] ?? 0);
  }

  #isBefore(a: number, at: number, order: number): boolean {
    const atA = this.#at[a] ?? 0;
    return atA < at || (atA === at && (this.#order[a] ?? 0) < order);
  }

  #move(from: number, to: number): void {
    this.#put(
      to,
      this.#at[from] ?? 0,
      this.#order[from] ?? 0,
      this.#run[from] ?? (() => undefined),
    );
  }

  #put(index: number, at: number, order: number, run: () => void): void {
    this.#at[index] = at;
    this.#order[index] = order;
    this.#run[index] = run;
  }
}
