import type { JSX } from 'preact';
import { SessionOverError } from './client';
import type { Live } from './live';
import { ago } from './text';

/** Says why what is shown may be old. */
export function Trouble({
  live: { error },
  at,
}: {
  readonly live: Live<unknown>;
  readonly at: number | undefined;
}): JSX.Element | null {
  if (!error) return null;
  const over = error instanceof SessionOverError;
  const gone = error instanceof TypeError;
  return (
    <p class="trouble" role="alert">
      {gone ? 'pollard ui does not answer: is it still running?' : error.message}
      {!over && at !== undefined && ` What is shown was read ${ago(at, Date.now())}; trying again.`}
    </p>
  );
}
