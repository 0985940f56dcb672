import type { Start } from './invocations';

/** The starts that are not taken yet, in their order. */
export class StartQueue {
  readonly #starts: Start[] = [];
  #wake: (() => void) | undefined;

  push(start: Start): void {
    this.#starts.push(start);
    this.#wake?.();
  }

  /** The next start that is not taken yet; waits for one. */
  async next(): Promise<Start> {
    for (;;) {
      const start = this.#starts.shift();
      if (start) return start;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
