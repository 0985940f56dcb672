import { close, type ClosingAnswer } from '../../core/governor/close';
import { reopen } from '../../core/governor/reopen';
import { isOpen } from '../../core/governor/source-state';
import type { SourceAnswer } from '../../core/governor/turn';
import { acceptedCalls } from './accepted-calls';
import type { GateState } from './gate-state';
import { lookMs } from './parts';

/** A call that was started. */
export interface Call {
  readonly what: string;
  readonly startedAt: number;
  /** The epoch in which it was started. */
  readonly epoch: number;
  readonly isProbe: boolean;
}

/** The handling of answers to calls: they change the window, and whether the source is closed. */
export interface Answers {
  readonly take: (answer: SourceAnswer, call: Call) => void;
  /** Whether an answer has closed the source that is not written yet. */
  readonly isShut: () => boolean;
  /** Notices that the source was closed by another environment. */
  readonly notice: () => void;
}

/** Failures in a row, each of something else, that close a source. */
const failuresToClose = 5;

/**
 * Makes the part of a gate that takes answers.
 * @param changed is called after each answer, and after what it changed is written
 */
export function answersOf(gate: GateState, changed: () => void): Answers {
  const { source, parts, item, log, window, writes } = gate;
  const { now } = parts;
  const accepted = acceptedCalls(gate);
  const failed = new Set<string>();
  let shutEpoch = -1;

  const opened = async ({ epoch }: Call): Promise<void> => {
    await item.change((state) => reopen(state, { now: now(), epoch }), true);
    changed();
  };
  const closed = async (
    { startedAt, epoch }: Call,
    answer: Pick<ClosingAnswer, 'why' | 'by' | 'waitMs'>,
  ): Promise<void> => {
    const isFirst = epoch > shutEpoch;
    if (epoch === item.seen().epoch) shutEpoch = epoch;
    // The gate is shut already: only a longer wait is news.
    if (!isFirst && answer.waitMs === undefined) return;
    const closing = { ...answer, now: now(), startedAt, epoch, latencyMs: log.latencyMs() };
    const outcome = await item.change((state) => close(state, closing, source.limits));
    accepted.notice();
    if (outcome === 'lost') {
      await parts.sleep(answer.waitMs ?? lookMs);
      shutEpoch = -1;
    }
    changed();
  };
  const failure = (call: Call, by: string): void => {
    failed.add(call.what);
    if (!call.isProbe && failed.size < failuresToClose) return;
    failed.clear();
    writes.keep(closed(call, { why: 'failing', by }));
  };
  return {
    isShut: () => shutEpoch === item.seen().epoch,
    notice: accepted.notice,
    take: (answer, call) => {
      parts.onAnswer?.(answer);
      log.answered(call.startedAt, answer.kind === 'ok', now());
      if (answer.kind === 'ok') {
        failed.clear();
        if (isOpen(item.seen(), source.limits)) window.grow(now(), log.latencyMs());
        if (call.isProbe) writes.keep(opened(call));
      } else if (answer.kind === 'refused') {
        const { by, waitMs } = answer;
        writes.keep(closed(call, { why: 'refused', by, waitMs }));
      } else if (answer.kind === 'failed') failure(call, answer.by);
      accepted.landed();
      changed();
    },
  };
}
