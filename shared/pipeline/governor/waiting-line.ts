import { comeBackAt } from '../../core/governor/line';
import type { Turn, TurnRequest } from '../../core/governor/turn';
import type { GateState } from './gate-state';
import type { Answers } from './answers';

/** Those of an environment that wait for their turn. */
export interface WaitingLine {
  readonly join: (request: TurnRequest) => Promise<Turn>;
  /** Calls that wait. */
  readonly calls: () => number;
  /** The places of those whose turn is in the next `calls` calls. */
  readonly places: (calls: number) => readonly number[];
  /** Starts the calls of the first. @returns how many */
  readonly start: (isProbe?: boolean) => number;
  /** The time at which the first waiter has to leave because its invocation ends. */
  readonly firstEnd: () => number;
  /** Sends back the waiters whose invocation has no time left; they keep their place. */
  readonly sendBackLate: () => void;
  /** Sends those away that would not be among the next `calls` calls, each with its place in the line of all. */
  readonly sendAway: (calls: number) => Promise<void>;
}

interface Waiter extends TurnRequest {
  readonly calls: number;
  readonly joinedAt: number;
  readonly go: (turn: Turn) => void;
}

/** Makes an empty line. */
export function waitingLine(gate: GateState, answers: Answers): WaitingLine {
  const { parts, item, log } = gate;
  const waiting: Waiter[] = [];
  const endOf = (waiter: Waiter): number => lastStartOf(waiter, log.latencyMs());
  return {
    join: ({ calls = 1, ...request }) =>
      new Promise((go) => {
        waiting.push({ ...request, calls, joinedAt: parts.now(), go });
      }),
    calls: () => waiting.reduce((sum, { calls }) => sum + calls, 0),
    places: (calls) =>
      waiting.slice(0, turnsOf(waiting, calls)).flatMap(({ place }) => place ?? []),
    start: (isProbe = false) => {
      const waiter = waiting.shift();
      if (!waiter) return 0;
      log.started(waiter.calls);
      let unreported = waiter.calls;
      const call = {
        what: waiter.what,
        isProbe,
        startedAt: parts.now(),
        epoch: item.seen().epoch,
      };
      waiter.go({
        kind: 'go',
        isProbe,
        report: (answer) => {
          if (unreported === 0) return;
          unreported -= 1;
          answers.take(answer, call);
        },
      });
      return waiter.calls;
    },
    firstEnd: () => Math.min(Infinity, ...waiting.map(endOf)),
    sendBackLate: () => {
      const now = parts.now();
      for (const waiter of waiting.filter((each) => endOf(each) <= now)) {
        waiting.splice(waiting.indexOf(waiter), 1);
        waiter.go({ kind: 'wait', until: 0, place: waiter.place });
      }
    },
    sendAway: async (calls) => {
      waiting.sort((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity));
      const leaving = waiting.splice(calls === 0 ? 0 : turnsOf(waiting, calls));
      if (leaving.length > 0) await sendAway(gate, leaving);
    },
  };
}

/** The latest start of a waiter's calls: it leaves time for the answers, but at most half of the waiter's time. */
function lastStartOf({ joinedAt, until = Infinity }: Waiter, latencyMs: number): number {
  return until === Infinity ? until : Math.max((joinedAt + until) / 2, until - 2 * latencyMs);
}

/** How many of those who wait have their turn in so many calls, at least one. */
function turnsOf(waiting: readonly Waiter[], calls: number): number {
  let left = calls;
  const turns = waiting.findIndex((waiter) => (left -= waiter.calls) < 0);
  return turns === -1 ? waiting.length : Math.max(1, turns);
}

/** The place of one that was due and found no slot is gone: it goes to the end of the line. */
async function sendAway({ source, parts, item }: GateState, leaving: Waiter[]): Promise<void> {
  const { served } = item.seen();
  const isGone = ({ place = -1 }: Waiter): boolean => place < served;
  const gone = leaving.filter(isGone).length;
  let next = gone === 0 ? 0 : await item.takePlaces(gone);
  const chance = parts.random();
  for (const waiter of leaving) {
    const place = waiter.place === undefined || isGone(waiter) ? next++ : waiter.place;
    const until = comeBackAt(item.seen(), place, parts.now(), source.limits, chance);
    waiter.go({ kind: 'wait', until, place });
  }
}
