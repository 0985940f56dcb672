import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { duration } from '../../terminal/age';
import type { PipelineState } from '../api';
import type { RunView } from '../../run-view';
import { hrefOf, type OpenedRun } from './route';
import { ago, toneOf } from './text';

/** Units of the chart: a bar and the gap after it. */
const size = { bar: 7, step: 9, height: 36, shown: 30 } as const;

interface BarsProps {
  readonly state: PipelineState;
  readonly opened: OpenedRun | undefined;
  readonly now: number;
}

/**
 * The last runs as bars: the height is how long they took, the color how they ended. One stop of the Tab key; the arrow keys
 * go from bar to bar.
 */
export function RunBars({ state, opened, now }: BarsProps): JSX.Element {
  const { pipeline, runs } = state;
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
    </svg>
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
  const height = Math.max(3, share * (size.height - 4));
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
      <rect class="target" x={x - 1} y={0} width={size.step} height={size.height} />
      <rect x={x} y={size.height - height} width={size.bar} height={height} rx={1.5} />
    </a>
  );
}
