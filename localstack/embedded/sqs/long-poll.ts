import type { FauxQueue } from './fauxqs';

/** Longest timeout that a Node timer takes, in ms. */
const longestTimerMs = 2_147_483_647;

/** Wakes those who wait for messages of a queue: one for each batch, the longest waiting first. */
export interface LongPoll {
  /** Resolves when there may be messages, at `deadline` (epoch ms), when `signal` fires, or when the cloud closes. */
  wait(deadline: number, signal: AbortSignal | undefined): Promise<void>;
  /** A message has come. */
  ring(): void;
  /** Somebody took messages; more may be left for the next. */
  passOn(): void;
  /** Messages come into sight at this time, epoch ms. */
  due(at: number): void;
  close(): void;
}

/** Creates the long polls of a queue; delayed and invisible messages wake them when they become visible. */
export function longPoll(queue: FauxQueue): LongPoll {
  const waiting = new Set<() => void>();
  let lingering: NodeJS.Immediate | undefined;
  let timer: { readonly at: number; readonly timeout: NodeJS.Timeout } | undefined;
  let closed = false;

  const wakeOne = () => {
    lingering = undefined;
    const [first] = waiting;
    first?.();
  };
  /** Not at once: what is sent in one request is received in one. */
  const wakeSoon = () => {
    if (waiting.size > 0) lingering ??= setImmediate(wakeOne);
  };
  const due = (at: number) => {
    if (waiting.size === 0 || (timer && timer.at <= at)) return;
    clearTimeout(timer?.timeout);
    const afterMs = Math.min(longestTimerMs, Math.max(0, at - Date.now()) + 1);
    const timeout = setTimeout(() => {
      timer = undefined;
      wakeSoon();
    }, afterMs);
    timer = { at, timeout };
  };

  return {
    wait: (deadline, signal) =>
      new Promise((resolve) => {
        if (closed || signal?.aborted) {
          resolve();
          return;
        }
        const wake = () => {
          clearTimeout(timeout);
          signal?.removeEventListener('abort', wake);
          waiting.delete(wake);
          resolve();
        };
        const timeout = setTimeout(wake, Math.max(0, deadline - Date.now()));
        signal?.addEventListener('abort', wake, { once: true });
        waiting.add(wake);
        const next = nextDue(queue);
        if (next !== undefined) due(next);
      }),
    ring: wakeSoon,
    passOn: () => {
      if (queue.messages.length > 0) wakeSoon();
    },
    due,
    close: () => {
      closed = true;
      clearImmediate(lingering);
      clearTimeout(timer?.timeout);
      for (const wake of [...waiting]) wake();
    },
  };
}

/** When the next message comes into sight, epoch ms. */
function nextDue({ delayedMessages, inflightMessages }: FauxQueue): number | undefined {
  let next: number | undefined;
  for (const { delayUntil = 0 } of delayedMessages) {
    if (next === undefined || delayUntil < next) next = delayUntil;
  }
  for (const { visibilityDeadline } of inflightMessages.values()) {
    if (next === undefined || visibilityDeadline < next) next = visibilityDeadline;
  }
  return next;
}
