import type { CollectorContext } from '../../collector/definition';
import type { HttpCall } from '../../collector/http';
import { NotYetError } from '../../core/errors';
import type { SourceGate } from '../../core/governor/turn';
import { sourceAnswerOf } from '../../core/source-answer/source-answer';

/** The turns of the calls that functions of a collector make themselves, one by one. */
export interface CallTurns {
  readonly http: HttpCall['turn'];
  readonly turn: CollectorContext['turn'];
}

const noReport = () => undefined;

/**
 * Has the first calls spend the turns that were taken for their functions, which say what the source answered; each further
 * call waits for a turn of its own.
 * @param gate `undefined` where no call waits
 * @param taken turns that were taken, such as one for each fetcher. @default 0
 */
export function callTurns(gate: SourceGate | undefined, what: string, taken = 0): CallTurns {
  let left = taken;
  const take: HttpCall['turn'] = async () => {
    if (!gate) return noReport;
    left -= 1;
    if (left >= 0) return noReport;
    const turn = await gate.turn({ what });
    if (turn.kind === 'wait') throw new NotYetError(turn.until, turn.place);
    return turn.report;
  };
  return {
    http: take,
    turn: async (call) => {
      const report = await take();
      try {
        const result = await call();
        report({ kind: 'ok' });
        return result;
      } catch (error) {
        report(sourceAnswerOf(error));
        throw error;
      }
    },
  };
}
