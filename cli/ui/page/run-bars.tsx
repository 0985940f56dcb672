import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { clock, duration } from '../../terminal/age';
import { plural } from '../../terminal/format';
import type { PipelineState } from '../api';
import type { RunView } from '../../run-view';
import { hrefOf, type OpenedRun } from './route';
import { skippedDots, type SkippedDot } from './skipped-dots';
import { ago, toneOf } from './text';

/** Units of the chart: a bar and the gap after it, and the row of dots above. */
const size = { bar: 7, step: 9, dots: 7, height: 43, shown: 30 } as const;

interface BarsProps {
  readonly state: PipelineState;
  readonly opened: OpenedRun | undefined;
  readonly now: number;
}

/**
 * The last runs as bars: the height is how long they took, the color how they ended, and a dot between two of them is a tick that
 * was skipped. One stop of the Tab key; the arrow keys
 * go from bar to bar.
 */
export function RunBars({ state, opened, now }: BarsProps): JSX.Element {
  const { pipeline, runs, gaps } = state;
  const shown = runs.slice(-size.shown);
  const longest = Math.max(1, ...shown.map(({ seconds }) => seconds));
  const [focused, setFocused] = useState<string>();
  const group = useRef<SVGSVGElement>(null);
  const stop = shown.find(({ runId }) => runId === focused) ?? shown.at(-1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const links = [...(group.current?.querySelectorAll('a') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[at + step]?.focus();
  };
  const width = size.shown * size.step;
  return (
    <svg
      ref={group}
      class="bars"
      viewBox={`0 0 ${width} ${size.height}`}
      role="group"
      aria-label={`The last ${shown.length} runs of ${pipeline}`}
      onKeyDown={onKeyDown}
    >
      {shown.map((run, at) => (
        <Bar
          key={run.runId}
          run={run}
          href={hrefOf({ pipeline, run: run.runId })}
          x={width - (shown.length - at) * size.step}
          share={run.seconds / longest}
          isOpen={opened?.run === run.runId}
          isStop={run === stop}
          now={now}
          onFocus={() => {
            setFocused(run.runId);
          }}
        />
      ))}
      {skippedDots(shown, runs.length < size.shown, gaps).map((dot) => (
        <Dot key={dot.before} dot={dot} x={width - (shown.length - dot.before) * size.step} />
      ))}
    </svg>
  );
}

function Dot({ dot, x }: { readonly dot: SkippedDot; readonly x: number }): JSX.Element {
  const { ticks, last } = dot;
  const at = clock(Date.parse(last.scheduledTime));
  const text =
    ticks === 1
      ? `The tick of ${at} was skipped: ${last.reason}`
      : `${plural(ticks, 'tick')} were skipped, the last at ${at}: ${last.reason}`;
  return (
    <circle class="skipped" role="img" aria-label={text} cx={x - 2} cy={3} r={2}>
      <title>{text}</title>
    </circle>
  );
}

interface BarProps {
  readonly run: RunView;
  readonly href: string;
  readonly x: number;
  readonly share: number;
  readonly isOpen: boolean;
  readonly isStop: boolean;
  readonly now: number;
  readonly onFocus: () => void;
}

function Bar({ run, href, x, share, isOpen, isStop, now, onFocus }: BarProps): JSX.Element {
  const { status, startedAt, seconds } = run;
  const height = Math.max(3, share * (size.height - size.dots));
  const text = `${status}, started ${ago(Date.parse(startedAt), now)}, took ${duration(seconds)}`;
  return (
    <a
      href={href}
      class={`bar ${toneOf(status)}${isOpen ? ' open' : ''}`}
      tabIndex={isStop ? 0 : -1}
      aria-label={text}
      aria-current={isOpen ? 'true' : undefined}
      onFocus={onFocus}
    >
      <title>{text}</title>
      <rect
        class="target"
        x={x - 1}
        y={size.dots}
        width={size.step}
        height={size.height - size.dots}
      />
      <rect x={x} y={size.height - height} width={size.bar} height={height} rx={1.5} />
    </a>
  );
}
