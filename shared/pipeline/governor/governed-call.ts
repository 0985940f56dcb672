import { NotYetError } from '../../core/errors';
import type { SourceGate, TurnRequest } from '../../core/governor/turn';
import { sourceAnswerOf } from '../../core/source-answer/source-answer';

/** Makes one of the calls that a turn was taken for, and says what the source answered. */
export type GovernedCall = <T>(call: () => Promise<T>) => Promise<T>;

const ungoverned: GovernedCall = (call) => call();

/**
 * Waits for a turn at the gate of a source.
 * @param gate `undefined` where no call waits
 * @throws NotYetError when the turn is too far off to wait for it in this invocation; so does a call that finds a closed source
 *   still closed: neither uses an attempt
 */
export async function takeTurn(
  gate: SourceGate | undefined,
  request: TurnRequest,
): Promise<GovernedCall> {
  if (!gate) return ungoverned;
  const turn = await gate.turn(request);
  if (turn.kind === 'wait') throw new NotYetError(turn.until, turn.place);
  return async (call) => {
    try {
      const result = await call();
      turn.report({ kind: 'ok' });
      return result;
    } catch (error) {
      const answer = sourceAnswerOf(error);
      turn.report(answer);
      const isStillClosed = turn.isProbe && answer.kind === 'failed';
      throw isStillClosed ? new NotYetError(undefined, request.place, { cause: error }) : error;
    }
  };
}
