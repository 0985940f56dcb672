import type { JSX } from 'preact';
import { duration } from '../../terminal/age';
import type { OpenRun } from '../api';

/** Units of the width of the chart. */
const width = 1_000;

/** The stages of a run, a bar each over the time of the run. */
export function Timeline({ run }: { readonly run: OpenRun }): JSX.Element | null {
  const { stages, view, at } = run;
  if (stages.length === 0) return null;
  const start = Date.parse(view.startedAt);
  const end = view.completedAt === null ? at : Date.parse(view.completedAt);
  const x = (time: number): number => (width * (time - start)) / Math.max(1, end - start);
  return (
    <section aria-labelledby="stages">
      <h3 id="stages">Stages</h3>
      <ol class="stages">
        {stages.map(({ name, from, to }) => (
          <li key={name}>
            <span>{name}</span>
            <svg viewBox={`0 0 ${width} 10`} preserveAspectRatio="none" aria-hidden="true">
              <rect
                class={to === null ? 'lasts' : ''}
                x={x(from).toFixed(1)}
                width={Math.max(4, x(to ?? at) - x(from)).toFixed(1)}
                height={10}
              />
            </svg>
            <span>
              {duration(((to ?? at) - from) / 1_000)}
              {to === null && <span class="quiet"> so far</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
