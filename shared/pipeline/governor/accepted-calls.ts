import { addLanded } from '../../core/governor/reopen';
import type { GateState } from './gate-state';

/** The report of an environment after a closing: the calls that the source had accepted from it. */
export interface AcceptedCalls {
  /** Notices that the source was closed by this environment or another. */
  readonly notice: () => void;
  /** Writes what was accepted before the closing, once no call of before is under way. */
  readonly landed: () => void;
}

/** The time over which the environments write what they had accepted, in milliseconds: not all at the same time. */
const spreadMs = 500;

/** Makes the part of a gate that tells what was accepted. */
export function acceptedCalls(gate: GateState): AcceptedCalls {
  const { item, log, window, writes } = gate;
  let seenEpoch = 0;
  let owedEpoch: number | undefined;
  const landed = (): void => {
    const { epoch } = item.seen();
    if (log.inFlight() > 0 || owedEpoch !== epoch) return;
    owedEpoch = undefined;
    writes.keep(tell(gate, epoch));
  };
  return {
    landed,
    notice: () => {
      const { epoch } = item.seen();
      if (epoch === seenEpoch) return;
      owedEpoch = epoch;
      seenEpoch = epoch;
      window.reset();
      landed();
    },
  };
}

async function tell({ source, parts, item, log }: GateState, epoch: number): Promise<void> {
  const { closing } = item.seen();
  if (!closing || source.limits.requestsPerSecond !== undefined) return;
  const acceptedPerSecond = log.acceptedPerSecond(closing.startedAt);
  const answers = log.answersSince(closing.startedAt);
  const nothing = closing.rate === undefined ? acceptedPerSecond === 0 : answers.total === 0;
  if (nothing) return;
  await parts.sleep(parts.random() * spreadMs);
  const { environment } = source;
  await item.change((state) =>
    addLanded(state, { epoch, environment, acceptedPerSecond, ...answers }),
  );
}
