import { decideGrant, horizonMs, type Ask } from '../../core/governor/grant';
import { grow } from '../../core/governor/growth';
import {
  isClosed,
  isOpen,
  type SourceLimits,
  type SourceState,
} from '../../core/governor/source-state';
import type { SourceGate } from '../../core/governor/turn';
import type { GateState } from './gate-state';
import { answersOf, type Answers } from './answers';
import { callLog } from './call-log';
import { fanOutOf } from './fan-out';
import { openWindow } from './open-window';
import { lookMs, type GatedSource, type GateParts } from './parts';
import { sourceItem } from './source-item';
import { waitingLine, type WaitingLine } from './waiting-line';
import { trackWrites } from './writes';

/** How long before the end of a reservation the next one is asked for, in milliseconds. */
const aheadMs = 250;

/** Timers are too coarse for calls that are closer than this, in milliseconds: those may be early by as much. */
const grainMs = 5;

/** After a late call, the next ones keep this share of their distance until they are on time again. */
const closestShare = 0.98;

/** How long calls wait whose reservation could not be written, in milliseconds. */
const lostMs = 1_000;

/** The gate at work: what it knows, who waits, and what to do until something changes. */
interface Work {
  readonly gate: GateState;
  readonly answers: Answers;
  readonly line: WaitingLine;
  readonly pace: Pace;
  /** Waits until an answer arrives or something is written, at most `ms` milliseconds. */
  readonly untilChanged: (ms: number) => Promise<void>;
}

/** The earliest time at which an environment may start its next call by a reservation. */
interface Pace {
  earliest: number;
}

/** Makes the gate of a source in an environment; nothing is read before the first turn. */
export function sourceGate(source: GatedSource, parts: GateParts): SourceGate {
  const gate: GateState = {
    source,
    parts,
    item: sourceItem(source.name, parts),
    log: callLog(),
    window: openWindow(),
    writes: trackWrites(),
  };
  let changed: () => void = () => undefined;
  const answers = answersOf(gate, () => {
    changed();
  });
  const line = waitingLine(gate, answers);
  const untilChanged = async (ms: number): Promise<void> => {
    const most = Math.max(0, Math.min(ms, line.firstEnd() - parts.now()));
    await Promise.race([new Promise<void>((resolve) => (changed = resolve)), parts.sleep(most)]);
  };
  const pace: Pace = { earliest: -Infinity };
  let working = false;
  // The loop ends in the same step in which it finds no waiter, so a later waiter starts it again.
  const work = async (): Promise<void> => {
    working = true;
    while (line.calls() > 0) await workOnce({ gate, answers, line, pace, untilChanged });
    working = false;
  };
  return {
    turn: (request) => {
      const turn = line.join(request);
      if (!working) void work();
      return turn;
    },
    flush: gate.writes.done,
    ...fanOutOf(gate),
  };
}

/** Lets calls start, or waits until some may. */
async function workOnce(at: Work): Promise<void> {
  const { gate, answers, line, untilChanged } = at;
  const { item, source } = gate;
  await item.look(lookMs);
  line.sendBackLate();
  answers.notice();
  if (line.calls() === 0) return;
  if (answers.isShut()) await untilChanged(lookMs / 10);
  else if (isOpen(item.seen(), source.limits)) await workOpen(at);
  else await workGoverned(at);
}

/** No limit is known: as many calls as the window allows. */
async function workOpen({ gate, line, untilChanged }: Work): Promise<void> {
  while (line.calls() > 0 && gate.log.inFlight() < gate.window.size()) line.start();
  if (line.calls() > 0) await untilChanged(lookMs);
}

async function workGoverned(at: Work): Promise<void> {
  const { gate, line, untilChanged } = at;
  const { source, parts, item, log } = gate;
  const ask = { now: parts.now(), count: line.calls(), probeMs: source.timeoutMs };
  const grant = decideGrant(item.seen(), ask, source.limits);
  if (grant.kind === 'probe') {
    const outcome = await item.change((state) => probe(state, ask, source.limits));
    if (outcome === 'written') line.start(true);
  } else if (grant.kind === 'wait') {
    if (isTooLong(gate, grant.until)) await line.sendAway(0);
    else await untilChanged(Math.max(10, grant.until - parts.now()));
    await item.look();
  } else if (grant.kind === 'reserve') {
    await item.change((state) =>
      grow(state, { now: parts.now(), latencyMs: log.latencyMs() }, source.limits),
    );
    await workReserved(at, grant.count, grant.everyMs);
  }
}

/** The state with the probe given to who asks; `undefined` when another has it, or the source is open. */
function probe(state: SourceState, ask: Ask, limits: SourceLimits): SourceState | undefined {
  const grant = decideGrant(state, ask, limits);
  return grant.kind === 'probe' ? grant.next : undefined;
}

/** Whether a wait is too long for an invocation: it is far off, or the source stays closed. */
function isTooLong({ item, parts }: GateState, until: number): boolean {
  const state = item.seen();
  const now = parts.now();
  const isStillClosed = isClosed(state) && now - (state.closing?.since ?? now) > horizonMs;
  return isStillClosed || until - now > horizonMs;
}

async function workReserved(at: Work, count: number, everyMs: number): Promise<void> {
  const { gate, line } = at;
  const { parts, item } = gate;
  const { version, tat } = item.seen();
  const now = parts.now();
  if (tat - now > horizonMs) {
    await line.sendAway(0);
    return;
  }
  const places = line.places(count);
  const from = await item.reserve({
    from: now,
    ms: count * everyMs,
    latest: now + horizonMs,
    placed: places.length,
    place: Math.min(...places, Infinity),
  });
  if (from === 'refused') {
    if (item.seen().version === version) await line.sendAway(0);
    return;
  }
  await line.sendAway(Math.max(count, Math.round(horizonMs / everyMs)));
  // An item that cannot be written is no reason to stand still, nor to hurry.
  await startReserved(at, from === 'lost' ? parts.now() + lostMs : from, count, everyMs);
}

/**
 * Starts calls that have a reservation, each at its time, until the source is closed. After a late start, the next calls keep
 * the distance that the limit allows; those that are too late for the reservation need another one.
 */
async function startReserved(
  { gate, answers, line, pace }: Work,
  from: number,
  count: number,
  everyMs: number,
): Promise<void> {
  const { now } = gate.parts;
  const { item } = gate;
  const { epoch } = item.seen();
  const isVoid = (): boolean => answers.isShut() || item.seen().epoch !== epoch;
  if (from - now() > aheadMs / 2) {
    await waitUntil(line, gate.parts, from);
    await item.look();
  }
  const end = from + count * everyMs;
  for (let started = 0; started < count && line.calls() > 0 && !isVoid();) {
    const due = Math.max(from + started * everyMs, pace.earliest);
    await waitUntil(line, gate.parts, due);
    if (isVoid() || (started > 0 && now() > end - everyMs / 2 + grainMs)) return;
    const startedAt = Math.max(due, now() - (everyMs < grainMs ? grainMs : 0));
    const calls = line.start();
    pace.earliest = startedAt + calls * closestShare * everyMs;
    started += calls;
  }
  if (!isVoid()) await waitUntil(line, gate.parts, end - aheadMs);
}

/** Waits until a time, or until the line is empty: waiters whose invocation ends before are sent back. */
async function waitUntil(line: WaitingLine, { now, sleep }: GateParts, at: number): Promise<void> {
  while (line.calls() > 0 && now() < at) {
    await sleep(Math.max(0, Math.min(at, line.firstEnd()) - now()));
    line.sendBackLate();
  }
}
