import type { JSX } from 'preact';
import { count } from '../../terminal/format';
import { duration } from '../../terminal/age';
import type { OpenRun, Sample } from '../api';
import { perMinuteOf } from './pace';

/** Samples below which the chart would be a made-up straight line. */
const fewestSamples = 4;

const size = { width: 600, height: 90, columns: 60 } as const;

/** Objects settled a minute, over the time of the run. */
export function Throughput({ run: { settled } }: { readonly run: OpenRun }): JSX.Element | null {
  const [first, last] = [settled[0], settled.at(-1)];
  if (!first || !last || settled.length < fewestSamples) return null;
  const rates = ratesOf(settled);
  const top = Math.max(1, ...rates);
  const points = rates.map((rate, at) => {
    const x = ((at + 0.5) * size.width) / rates.length;
    return `${x.toFixed(1)},${(size.height - 2 - (rate / top) * (size.height - 4)).toFixed(1)}`;
  });
  const area = `M0,${size.height} L${points.join(' L')} L${size.width},${size.height} Z`;
  const spans = duration((last.at - first.at) / 1_000);
  const text = `At most ${count(top)} objects a minute settled, over ${spans}`;
  return (
    <section aria-labelledby="throughput">
      <h3 id="throughput">
        Objects settled a minute <span class="quiet">· at most {count(top)}</span>
      </h3>
      <svg
        class="throughput"
        viewBox={`0 0 ${size.width} ${size.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={text}
      >
        <path class="area" d={area} />
        <path class="line" d={`M${points.join(' L')}`} />
      </svg>
      <p class="axis quiet">
        <span>start</span>
        <span>{spans}</span>
      </p>
    </section>
  );
}

/** Objects a minute in each of the columns, between the samples around it. */
function ratesOf(samples: readonly Sample[]): number[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return [];
  const columns = Math.min(size.columns, Math.max(2, samples.length));
  const step = (last.at - first.at) / columns;
  return Array.from({ length: columns }, (_, column) => {
    const from = first.at + column * step;
    return perMinuteOf(
      { at: from, settled: settledAt(samples, from) },
      { at: from + step, settled: settledAt(samples, from + step) },
    );
  });
}

/** Objects settled at a time, in a straight line between two samples. */
function settledAt(samples: readonly Sample[], at: number): number {
  const after = samples.findIndex((sample) => sample.at >= at);
  const to = samples[after] ?? samples.at(-1);
  const from = samples[after - 1] ?? to;
  if (!from || !to) return 0;
  if (to.at === from.at) return to.settled;
  return from.settled + ((at - from.at) / (to.at - from.at)) * (to.settled - from.settled);
}
