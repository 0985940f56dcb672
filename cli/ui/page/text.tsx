import type { ComponentChildren, JSX } from 'preact';
import { duration } from '../../terminal/age';
import { escapeUnsafe } from '../../terminal/unsafe';
import type { RunView } from '../../run-view';

/** A text from outside, such as an id or an error: characters that show nothing, or turn the text around, are escaped. */
export const Foreign = ({ text }: { readonly text: string }): JSX.Element => (
  <bdi>{escapeUnsafe(text)}</bdi>
);

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'idle';

const tones: Readonly<Record<RunView['status'], Tone>> = {
  RUNNING: 'busy',
  COMPLETING: 'busy',
  SUCCEEDED: 'good',
  PARTIAL: 'warn',
  FAILED: 'bad',
  TIMED_OUT: 'bad',
  CANCELLED: 'idle',
  CALLBACK_FAILED: 'bad',
};

/** The color of a status. */
export const toneOf = (status: RunView['status']): Tone => tones[status];

/** A status, or another word, with its color. */
export const Badge = ({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}): JSX.Element => <span class={`badge ${tone}`}>{children}</span>;

/** `3 min 20 s ago`; `now` is the server's clock. */
export const ago = (at: number, now: number): string =>
  `${duration(Math.max(0, (now - at) / 1_000))} ago`;
