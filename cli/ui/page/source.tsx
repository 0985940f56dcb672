import type { JSX } from 'preact';
import { sourceLinesOf } from '../../source-lines';
import type { OpenRun } from '../api';
import { Foreign } from './text';

/** The calls to the source: its limit, the refused calls, and when the source reopens. */
export function Source({ run }: { readonly run: OpenRun }): JSX.Element | null {
  const { source, view, at } = run;
  if (source === null) return null;
  const { facts, closed } = sourceLinesOf(source, view.sourceCalls, at);
  return (
    <section aria-labelledby="source">
      <h3 id="source">Calls to the source</h3>
      <p class="quiet">{facts.join(' · ')}</p>
      {closed.map((line) => (
        <p key={line} class="note">
          <Foreign text={line} />
        </p>
      ))}
    </section>
  );
}
