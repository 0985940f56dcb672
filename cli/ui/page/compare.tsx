import type { JSX } from 'preact';
import { duration } from '../../terminal/age';
import { count, dollars, plural } from '../../terminal/format';
import type { OpenRun } from '../api';
import { hrefOf } from './route';

/** The run next to the one before it. */
export function Compare({ run }: { readonly run: OpenRun }): JSX.Element | null {
  const { before, foreseen, view, pipeline } = run;
  if (!before) return null;
  const rows = [
    ['status', view.status, before.status],
    ['listed', count(view.counts.listed), count(before.counts.listed)],
    ['saved', count(view.counts.saved), count(before.counts.saved)],
    ['failed', count(view.counts.failed), count(before.counts.failed)],
    ['retries', count(view.counts.retried), count(before.counts.retried)],
    ['took', duration(view.seconds), duration(before.seconds)],
    ['cost', `~${dollars(view.costUsd)}`, `~${dollars(before.costUsd)}`],
  ] as const;
  return (
    <section aria-labelledby="compare">
      <h3 id="compare">Compared with the run before</h3>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">this run</th>
            <th scope="col">
              <a href={hrefOf({ pipeline, run: before.runId })}>the run before</a>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, now, then]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{now}</td>
              <td>{then}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {foreseen && (
        <p>
          Foreseen for {plural(foreseen.objects, 'object')}, at the pace of the run before:{' '}
          {duration(foreseen.seconds)} and ~{dollars(foreseen.costUsd)}.
        </p>
      )}
    </section>
  );
}
