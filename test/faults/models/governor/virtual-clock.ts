/** A clock whose time passes only from one event to the next, so that hours of a run take seconds. */
export interface VirtualClock {
  /** Milliseconds since the start. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly at: (time: number, run: () => void) => void;
  /** Goes from event to event until `isDone`, or none is left. */
  readonly run: (isDone: () => boolean) => Promise<void>;
}

interface Event {
  readonly time: number;
  readonly number: number;
  readonly run: () => void;
}

const isBefore = (a: Event, b: Event): boolean =>
  a.time < b.time || (a.time === b.time && a.number < b.number);

/** Makes a clock at 0. */
export function virtualClock(): VirtualClock {
  let time = 0;
  let events = 0;
  const heap = eventHeap();
  const at = (when: number, run: () => void): void => {
    heap.push({ time: Math.max(time, when), number: (events += 1), run });
  };
  return {
    now: () => time,
    at,
    sleep: (ms) =>
      new Promise((resolve) => {
        at(time + Math.max(0, ms), resolve);
      }),
    run: async (isDone) => {
      for (;;) {
        // What the last events have set off takes no time.
        await new Promise((resolve) => setImmediate(resolve));
        const next = heap.peek();
        if (!next || isDone()) return;
        time = next.time;
        while (heap.peek()?.time === time) heap.pop()?.run();
      }
    },
  };
}

function eventHeap() {
  const heap: Event[] = [];
  const swap = (a: number, b: number): void => {
    const [x, y] = [heap[a], heap[b]];
    if (x && y) [heap[a], heap[b]] = [y, x];
  };
  const less = (a: number, b: number): boolean => {
    const [x, y] = [heap[a], heap[b]];
    return x !== undefined && y !== undefined && isBefore(x, y);
  };
  return {
    peek: (): Event | undefined => heap[0],
    push: (event: Event): void => {
      let at = heap.push(event) - 1;
      for (let above = (at - 1) >> 1; at > 0 && less(at, above); above = (at - 1) >> 1) {
        swap(at, above);
        at = above;
      }
    },
    pop: (): Event | undefined => {
      const [top] = heap;
      const last = heap.pop();
      if (heap.length === 0 || !last) return top;
      heap[0] = last;
      for (let at = 0; ;) {
        let below = 2 * at + 1;
        if (less(below + 1, below)) below += 1;
        if (!less(below, at)) return top;
        swap(at, below);
        at = below;
      }
    },
  };
}
