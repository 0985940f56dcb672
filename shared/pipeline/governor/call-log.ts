import type { Answers } from '../../core/governor/source-state';

/** The calls of an environment to a source of the last seconds. */
export interface CallLog {
  readonly started: (calls: number) => void;
  readonly answered: (startedAt: number, accepted: boolean, now: number) => void;
  readonly inFlight: () => number;
  /** How long the source takes to answer, in milliseconds. */
  readonly latencyMs: () => number;
  /** Good answers a second to calls that were started just before `at`. */
  readonly acceptedPerSecond: (at: number) => number;
  /** Answers to calls that were started after `at`; none of a source that answers within a second of its window. */
  readonly answersSince: (at: number) => Answers;
}

/** Answers are kept for so long, in milliseconds. */
const keptMs = 90_000;

/** The weight of a new answer in the average latency. */
const weight = 0.2;

/** Answers that the log keeps at most. */
const keptAnswers = 20_000;

interface Answer {
  readonly startedAt: number;
  readonly accepted: boolean;
}

/** Makes an empty log. */
export function callLog(): CallLog {
  let answers: Answer[] = [];
  let inFlight = 0;
  let latencyMs = 0;
  return {
    started: (calls) => {
      inFlight += calls;
    },
    answered: (startedAt, accepted, now) => {
      inFlight -= 1;
      const took = now - startedAt;
      latencyMs = latencyMs === 0 ? took : latencyMs + weight * (took - latencyMs);
      answers.push({ startedAt, accepted });
      if (answers.length > keptAnswers) {
        answers = answers.filter((each) => each.startedAt > now - keptMs).slice(-keptAnswers / 2);
      }
    },
    inFlight: () => inFlight,
    latencyMs: () => latencyMs,
    acceptedPerSecond: (at) => {
      const spanMs = Math.max(1_000, latencyMs);
      const good = answers.filter(
        ({ startedAt, accepted }) => accepted && startedAt > at - spanMs && startedAt <= at,
      );
      return (good.length * 1_000) / spanMs;
    },
    answersSince: (at) => {
      const after = latencyMs < 1_000 ? [] : answers.filter(({ startedAt }) => startedAt > at);
      return { total: after.length, accepted: after.filter(({ accepted }) => accepted).length };
    },
  };
}
