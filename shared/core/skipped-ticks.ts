import { limits } from './limits';

/** A tick of the schedule that started no run. */
export interface SkippedTick {
  /** ISO 8601, UTC, with milliseconds. */
  readonly scheduledTime: string;
  /** Why, as the start function answered. */
  readonly reason: string;
}

/** The ticks of a pipeline that started no run. */
export interface SkippedTicks {
  /** All of them, since the pipeline was deployed. */
  readonly count: number;
  /** The last `limits.skippedTicksKept`, in the order in which they were skipped. */
  readonly last: readonly SkippedTick[];
}

/** No tick was skipped. */
export const noneSkipped: SkippedTicks = { count: 0, last: [] };

/** Adds a tick; `undefined` where it is among the last ones already: its message was delivered again. */
export function withSkipped(
  { count, last }: SkippedTicks,
  tick: SkippedTick,
): SkippedTicks | undefined {
  if (last.some(({ scheduledTime }) => scheduledTime === tick.scheduledTime)) return undefined;
  return { count: count + 1, last: [...last, tick].slice(-limits.skippedTicksKept) };
}
