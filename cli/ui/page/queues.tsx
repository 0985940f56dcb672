import type { JSX } from 'preact';
import { count } from '../../terminal/format';
import type { OpenRun } from '../api';

/** What waits in which queue. */
export function Queues({ run: { queues } }: { readonly run: OpenRun }): JSX.Element | null {
  const rows = Object.entries(queues);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="queues">
      <h3 id="queues">Messages in the queues of the pipeline</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">queue</th>
            <th scope="col">waiting</th>
            <th scope="col">delayed</th>
            <th scope="col">in flight</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, depth]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{count(depth.waiting)}</td>
              <td>{count(depth.delayed)}</td>
              <td>{count(depth.inFlight)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
