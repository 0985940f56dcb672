import { isFinal } from '../../../shared/core/run';
import type { OpenRun, Sample } from '../api';

/** How fast a run is. */
export interface Pace {
  /** Objects settled a minute, of late. */
  readonly perMinute: number;
  /** Seconds until what is pending has settled; `undefined` where that cannot be known. */
  readonly left: number | undefined;
}

/** Milliseconds over which the pace is taken. */
const windowMs = 60_000;

/** The pace of a run over the last minute. Pages that are not listed yet have objects that are not known, so `left` grows with them. */
export function paceOf({ settled, view, exact }: OpenRun): Pace {
  const last = settled.at(-1);
  const first = last && settled.find(({ at }) => at >= last.at - windowMs);
  if (isFinal(view.status) || !last || !first) return { perMinute: 0, left: undefined };
  const perMinute = perMinuteOf(first, last);
  const left = exact && perMinute > 0 ? (view.counts.pending / perMinute) * 60 : undefined;
  return { perMinute, left };
}

/** Growth a minute between two samples. */
export const perMinuteOf = (from: Sample, to: Sample): number =>
  to.at > from.at ? ((to.settled - from.settled) / (to.at - from.at)) * 60_000 : 0;
