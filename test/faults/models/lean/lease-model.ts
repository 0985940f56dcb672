import { isStoreError } from '../../../../shared/core/errors';
import { isFinal, type RunRequest } from '../../../../shared/core/run';
import { seededChance } from '../chance';
import type { Interleave } from './explore';
import { complete, startTick, walk } from './lease-actors';
import { leaseMs, startMs, type Answer, type LeaseWorld, type Work } from './lease-world';

/** An invocation at work. */
interface Actor {
  readonly work: Work;
  /** When its function's timeout kills it. */
  readonly diesAt: number;
  readonly onEnd: (answer: Ended) => void;
}

type Ended = Answer | 'died' | undefined;

interface Tick {
  readonly request: RunRequest;
  answer: Answer | undefined;
}

/** An interleaving under way: who is at work, what is still to come, and what may still go wrong. */
interface Course {
  readonly world: LeaseWorld;
  readonly actors: Actor[];
  readonly due: Tick[];
  faults: number;
  copies: number;
  readonly trace: ((line: string) => void) | undefined;
}

const mostSteps = 4_000;
const mostAtOnce = 4;

/**
 * A model of the lease: starts, callbacks and walks of reconcile go on call by call in any order, each may die before or
 * after any call, ticks come late or twice. Whoever decides, decides with the pipeline's own `decideLease`.
 */
export function leaseModel(): Interleave {
  return (seed, trace) => {
    const chance = seededChance(seed);
    const world: LeaseWorld = {
      chance,
      policy: chance.pick(['skip', 'bufferOne', 'cancelOther']),
      lease: { holder: undefined, leaseUntil: undefined, buffered: undefined },
      runs: new Map(),
      active: new Map(),
      callbacks: [],
      now: 1,
      deliveries: 0,
      broken: [],
    };
    const ticks = Array.from({ length: 2 + chance.below(2) }, (_, n): Tick => ({
      request: requestOf(n),
      answer: undefined,
    }));
    const [faults, copies] = [chance.below(4), chance.below(3)];
    const cameToRest = interleave({ world, actors: [], due: [...ticks], faults, copies, trace });
    return Promise.resolve(brokenLease(world, ticks, cameToRest));
  };
}

const requestOf = (n: number): RunRequest => ({
  runId: `run${n}`,
  scheduledTime: `2026-01-01T00:0${n}:00.000Z`,
  trigger: 'tick',
});

/** Goes on until nothing is left to do. @returns whether it came to rest */
function interleave(course: Course): boolean {
  const { world, actors, due } = course;
  const { chance } = world;
  for (let steps = 0; steps < mostSteps && world.broken.length === 0; steps += 1) {
    if (chance.hits(0.03)) pass(course, chance.pick([100, startMs / 2, startMs + 1, leaseMs + 1]));
    if (actors.length > 0 && chance.hits(0.7)) goOn(course);
    else if (beginSomething(course)) continue;
    else if (actors.length > 0) goOn(course);
    else if (due.length === 0 && isOver(world)) return true;
    else pass(course, startMs + leaseMs + 1);
  }
  return world.broken.length > 0;
}

/** One of those at work makes its next call, or dies before it or after. */
function goOn(course: Course): void {
  const { world, actors, trace } = course;
  const { chance } = world;
  const actor = actors[chance.below(actors.length)];
  if (!actor) return;
  const dies = course.faults > 0 && chance.hits(0.05);
  if (dies) course.faults -= 1;
  const went = dies && chance.hits(0.5) ? 'died' : callNext(actor, trace);
  if (went === 'goes on' && !dies) return;
  actors.splice(actors.indexOf(actor), 1);
  actor.onEnd(dies || went === 'goes on' ? 'died' : went);
}

function callNext({ work }: Actor, trace: Course['trace']): Ended | 'goes on' {
  try {
    const { done, value } = work.next();
    if (done) return value;
    trace?.(value);
    return 'goes on';
  } catch (error) {
    if (isStoreError(error)) return 'died';
    throw error;
  }
}

/** A walk of reconcile, a tick or a callback begins. @returns whether one did */
function beginSomething(course: Course): boolean {
  const { world, actors, due } = course;
  const { chance, callbacks } = world;
  if (actors.length >= mostAtOnce) return false;
  const stuck = actors.length + callbacks.length + due.length === 0 && !isOver(world);
  if (stuck || chance.hits(0.05)) begin(course, walk(world));
  else if (due.length > 0 && chance.hits(0.5)) beginTick(course);
  else return beginCallback(course);
  return true;
}

function begin({ world, actors }: Course, work: Work, onEnd: Actor['onEnd'] = () => undefined) {
  actors.push({ work, diesAt: world.now + startMs, onEnd });
}

function beginTick(course: Course): void {
  const { world, due } = course;
  const tick = due.shift();
  if (!tick) return;
  if (course.copies > 0 && world.chance.hits(0.3)) {
    course.copies -= 1;
    due.push(tick);
  }
  begin(course, startTick(world, tick.request), (answer) => {
    // Lambda calls again who failed.
    if (answer === 'died') due.push(tick);
    else tick.answer = answer;
  });
}

function beginCallback(course: Course): boolean {
  const { world } = course;
  const { callbacks, chance } = world;
  const [runId] = callbacks.splice(chance.below(callbacks.length), 1);
  if (runId === undefined) return false;
  world.deliveries += 1;
  begin(course, complete(world, runId, world.deliveries), (answer) => {
    if (answer === 'died') callbacks.push(runId);
  });
  return true;
}

/** Time passes, and kills whose function's time is over. */
function pass({ world, actors }: Course, ms: number): void {
  world.now += ms;
  for (const actor of actors.filter(({ diesAt }) => diesAt < world.now)) {
    actors.splice(actors.indexOf(actor), 1);
    actor.onEnd('died');
  }
}

const isOver = ({ lease, active, callbacks, runs }: LeaseWorld): boolean =>
  !lease.holder &&
  active.size === 0 &&
  callbacks.length === 0 &&
  [...runs.values()].every(({ status }) => isFinal(status));

function brokenLease(world: LeaseWorld, ticks: readonly Tick[], ended: boolean): string[] {
  if (world.broken.length > 0) return world.broken;
  if (!ended) return ['it did not come to rest'];
  const { lease, runs } = world;
  const waits = lease.buffered ? [`${lease.buffered.runId} still waits`] : [];
  return [...waits, ...ticks.flatMap((tick) => brokenTick(runs, tick))];
}

/** What a tick was answered has come true. */
function brokenTick(runs: LeaseWorld['runs'], { request, answer }: Tick): string[] {
  const { runId } = request;
  const ran = runs.has(runId);
  const newer = [...runs.keys()].some((other) => other > runId);
  if (answer === 'buffered') return ran || newer ? [] : [`${runId} was buffered and lost`];
  if (answer !== 'started' && answer !== 'alreadyStarted') return [];
  return ran ? [] : [`${runId} was ${answer} and is not there`];
}
