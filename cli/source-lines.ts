import type { SourceCalls } from '../shared/core/billed';
import { clock } from './terminal/age';
import { count, plural } from './terminal/format';
import type { SourceLines } from './terminal/screen';
import type { ClosedView, SourceView } from './source-view';

/** Keys that are named; the others are counted. */
const mostClosed = 3;

/** Says what the governor does. @param now epoch milliseconds */
export function sourceLinesOf(
  source: SourceView,
  calls: SourceCalls | null,
  now: number,
): SourceLines {
  const others = source.closed.length - mostClosed;
  return {
    facts: [limitText(source), ...(calls === null ? [] : [callsText(calls)])],
    closed: [
      ...source.closed.slice(0, mostClosed).map((closed) => closedText(closed, now)),
      ...(others > 0 ? [`and ${plural(others, 'other key')} closed`] : []),
    ],
  };
}

/** The limit: `19.4 calls a second, learned`; while it comes back after a closing, `4.9 of 19.4 calls a second, learned`. */
export function limitText({ perKey, limit, limitPerSecond, ratePerSecond }: SourceView): string {
  const origin = limit === 'declared' ? 'as declared' : 'learned';
  if (limitPerSecond === null) {
    return limit === 'unknown' ? 'no limit known' : 'a limit for each key, learned';
  }
  const isReduced =
    ratePerSecond !== null && ratePerSecond > 0 && ratePerSecond < 0.9 * limitPerSecond;
  const rate = `${isReduced ? `${rateText(ratePerSecond)} of ` : ''}${rateText(limitPerSecond)}`;
  return `${rate} calls a second${perKey ? ' for each key' : ''}, ${origin}`;
}

/** `19.4`, `20`, `0.055` */
export const rateText = (rate: number): string =>
  rate < 1
    ? String(Number(rate.toPrecision(2)))
    : rate.toLocaleString('en-US', { maximumFractionDigits: 1 });

/** `17 of 1,017 calls refused (1.7 %)` */
export const callsText = ({ made, refused }: SourceCalls): string =>
  refused === 0
    ? `${plural(made, 'call')}, none refused`
    : `${count(refused)} of ${plural(made, 'call')} refused (${((100 * refused) / made).toFixed(1)} %)`;

/** `closed by 429, retry after 60 s, until 12:01:00Z at least`; after that time, `until a call succeeds` */
export function closedText({ key, by, until }: ClosedView, now: number): string {
  const opens =
    Date.parse(until) > now ? `until ${timeText(until, now)} at least` : 'until a call succeeds';
  return `${key === null ? '' : `key ${key} `}closed by ${by}, ${opens}`;
}

/** A time of today without its date. */
function timeText(iso: string, now: number): string {
  const [day, time = ''] = clock(Date.parse(iso)).split(' ');
  return clock(now).startsWith(`${day} `) ? time : `${day} ${time}`;
}
