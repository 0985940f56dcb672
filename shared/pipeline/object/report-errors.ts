import { errorKind } from '../../core/error-kind';
import type { Member, ObjectOutcome } from '../../core/object-outcome';
import { stackField } from '../error-fields';
import type { Collecting } from './collect-object';
import type { MemberWithOutcome } from './save-collected';

/** Most kinds of errors that an invocation warns of, for a source may give each object an error of its own. */
const mostWarnings = 20;

/**
 * Logs the error of an object: the first of its kind in an invocation as a warning, the others for debugging only, for a
 * source that is down would write a line for each object.
 * @param call what failed: `fetch.NAME`, `crunch` or `save`
 */
export function reportError(
  { pipeline, run: { runId }, warned }: Collecting,
  { objectId, attempt, refusals = 0 }: Member,
  call: string,
  text: string,
  error?: unknown,
): void {
  const kind = errorKind(text, objectId);
  const key = `${runId} ${call} ${kind}`;
  const fields = { runId, objectId, call, attempt, kind, error: text };
  // A source that goes on refusing is no news.
  if (refusals > 0 || warned.has(key) || warned.size >= mostWarnings) {
    pipeline.logger.debug(`${call} failed`, fields);
    return;
  }
  warned.add(key);
  pipeline.logger.warn(`${call} failed`, { ...fields, ...stackField(pipeline, error) });
}

/** Logs the errors of objects that were collected and then refused: a record too large, a total too many. */
export function reportRefused(
  collecting: Collecting,
  collected: readonly MemberWithOutcome[],
  saved: readonly MemberWithOutcome[],
): void {
  const hadFailed = new Set(collected.filter(isFailed).map(({ member }) => member.index));
  for (const { member, outcome } of saved) {
    if (outcome.kind !== 'failed' || hadFailed.has(member.index)) continue;
    reportError(collecting, member, 'save', outcome.error);
  }
}

const isFailed = ({ outcome }: { readonly outcome: ObjectOutcome }): boolean =>
  outcome.kind === 'failed';
