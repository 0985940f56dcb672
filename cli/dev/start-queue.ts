import type { Start } from './invocations';

/** The starts that are not taken yet, in their order. */
export class StartQueue {
  readonly #starts: Start[] = [];
  #wake: (() => void) | undefined;

  push(start: Start): void {
    this.#starts.push(start);
    this.#wake?.();
  }

  /**
   * Takes the next start; waits for one.
   * @param until ends the wait when it resolves. @default - nothing does
   * @returns `undefined` when the wait has ended and no start is left
   */
  async next(): Promise<Start>;
  async next(until: Promise<unknown>): Promise<Start | undefined>;
  async next(until?: Promise<unknown>): Promise<Start | undefined> {
    const wait = { isOver: false };
    void until?.then(() => {
      wait.isOver = true;
      this.#wake?.();
    });
    for (;;) {
      const start = this.#starts.shift();
      if (start || wait.isOver) return start;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
