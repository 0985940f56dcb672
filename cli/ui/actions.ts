import * as v from 'valibot';
import { answerLine, invokeStart, isUnderWay, startEvents } from '../invoke-start';
import { pauseUnderEachName } from '../collector-names';
import { UsageError } from '../errors';
import type { Pipeline } from '../pipelines';
import type { StartAnswer } from '../../shared/pipeline/start/start';
import { describeIssues } from '../../shared/core/validate';
import { plural } from '../terminal/format';
import type { Action, ActionAnswer } from './api';
import type { Backfill } from './backfill';

/** More ticks than a pipeline keeps of those that were skipped, under a few names of its collector. */
const mostTicks = 400;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));

const actionSchema = v.variant('kind', [
  v.strictObject({ kind: v.picklist(['start', 'pause', 'resume']), pipeline: name }),
  v.strictObject({ kind: v.picklist(['cancel', 'redrive']), pipeline: name, runId: name }),
  v.strictObject({
    kind: v.literal('backfill'),
    pipeline: name,
    ticks: v.pipe(
      v.array(v.pipe(v.string(), v.isoTimestamp())),
      v.minLength(1),
      v.maxLength(mostTicks),
    ),
  }),
]);

/** Reads an action that a page sent. @throws UsageError that names the field */
export function parseAction(value: unknown): Action {
  const parsed = v.safeParse(actionSchema, value);
  if (parsed.success) return parsed.output;
  throw new UsageError(`action: ${describeIssues(parsed.issues)}`);
}

/**
 * Does what a page asks for, as the commands of the same names do.
 * @param now epoch milliseconds
 */
export async function act(
  { pipeline, backfill }: { readonly pipeline: Pipeline; readonly backfill: Backfill },
  action: Action,
  now: number,
): Promise<ActionAnswer> {
  switch (action.kind) {
    case 'backfill': {
      const { length } = action.ticks;
      backfill.begin(action.ticks);
      return {
        done: true,
        text: `${plural(length, 'run')} start, one after the other`,
        runId: null,
      };
    }
    case 'start':
      return answerOf(await invokeStart(pipeline, startEvents.manual(now)));
    case 'redrive':
      return answerOf(await invokeStart(pipeline, startEvents.redrive(action.runId, now)));
    case 'cancel':
      return answerOf(await invokeStart(pipeline, startEvents.cancel(action.runId)));
    case 'pause':
    case 'resume': {
      const paused = action.kind === 'pause';
      await pauseUnderEachName(pipeline, paused, now);
      return { done: true, text: paused ? 'paused' : 'resumed', runId: null };
    }
  }
}

const answerOf = (answer: StartAnswer): ActionAnswer => ({
  done: isUnderWay(answer) || answer.outcome === 'cancelled',
  text: answerLine(answer),
  runId: answer.runId ?? null,
});
