import type { SkippedTick } from '../shared/core/skipped-ticks';
import { clock } from './terminal/age';
import { plural } from './terminal/format';
import { oneLine } from './terminal/printable';

/** Milliseconds for which a skipped tick is reported. */
const newsMs = 7 * 86_400_000;

/** Says how many ticks of the last week were skipped, and the last one with its reason; `undefined` where none was. */
export function skippedText(ticks: readonly SkippedTick[], now: number): string | undefined {
  const recent = ticks.filter(({ scheduledTime }) => Date.parse(scheduledTime) > now - newsMs);
  const last = recent.at(-1);
  if (!last) return undefined;
  const at = clock(Date.parse(last.scheduledTime));
  return `${plural(recent.length, 'tick')} skipped in 7 days, the last at ${at}: ${oneLine(last.reason)}`;
}
