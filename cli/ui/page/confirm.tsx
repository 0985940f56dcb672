import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { clock } from '../../terminal/age';
import type { Action, ActionAnswer, OpenRun, Overview } from '../api';
import { postAction } from './client';
import { consequencesOf } from './consequences';
import { labelOf } from './fitting-action';
import { hrefOf } from './route';
import { Foreign } from './text';

interface ConfirmProps {
  readonly action: Action;
  readonly overview: Overview | undefined;
  readonly run: OpenRun | undefined;
  /** @param again whether something was done, so that the page must read again */
  readonly close: (again: boolean) => void;
}

type Stage =
  | { readonly kind: 'asking' }
  | { readonly kind: 'doing' }
  | { readonly kind: 'answered'; readonly answer: ActionAnswer }
  | { readonly kind: 'failed'; readonly error: string };

/** Says what an action will do, does it when that is confirmed, and says what came of it. */
export function ConfirmDialog({ action, overview, run, close }: ConfirmProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [stage, setStage] = useState<Stage>({ kind: 'asking' });
  const [sentences] = useState(() => consequencesOf(action, overview, run));
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const confirm = (): void => {
    setStage({ kind: 'doing' });
    postAction(action).then(
      (answer) => {
        setStage({ kind: 'answered', answer });
      },
      (error: unknown) => {
        setStage({ kind: 'failed', error: error instanceof Error ? error.message : String(error) });
      },
    );
  };
  const done = stage.kind === 'answered' && stage.answer.done;
  const runId = done ? stage.answer.runId : null;
  const over = stage.kind === 'answered' || stage.kind === 'failed';
  return (
    <dialog
      ref={dialog}
      aria-labelledby="confirm"
      onClose={() => {
        close(over);
      }}
    >
      <h2 id="confirm">
        {labelOf(action)}: {action.pipeline}
      </h2>
      {stage.kind === 'asking' && sentences.map((sentence) => <p key={sentence}>{sentence}</p>)}
      {stage.kind === 'asking' && action.kind === 'backfill' && (
        <ul class="ticks" tabIndex={0} aria-label="Ticks without a run">
          {action.ticks.map((tick) => (
            <li key={tick}>{clock(Date.parse(tick))}</li>
          ))}
        </ul>
      )}
      <div role="status">
        {stage.kind === 'doing' && <p>Asking …</p>}
        {stage.kind === 'failed' && <p class="trouble">{stage.error}</p>}
        {stage.kind === 'answered' && (
          <p class={stage.answer.done ? '' : 'trouble'}>
            <Foreign text={stage.answer.text} />
          </p>
        )}
      </div>
      <form method="dialog" class="choices">
        {stage.kind === 'asking' && (
          <button type="button" class="action" onClick={confirm}>
            {labelOf(action)}
          </button>
        )}
        {runId !== null && (
          <button
            class="action"
            onClick={() => {
              location.hash = hrefOf({ pipeline: action.pipeline, run: runId });
            }}
          >
            Open the run
          </button>
        )}
        <button>{over ? 'Close' : 'Do nothing'}</button>
      </form>
    </dialog>
  );
}
