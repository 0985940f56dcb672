import type { Lease } from '../../../shared/core/ports/run-store';
import { reconcile } from '../../../shared/pipeline/reconcile';
import { start } from '../../../shared/pipeline/start/start';
import { deliver } from './deliver';
import type { Tick, World } from './world';

/** Invocations at the same time. */
const atOnce = 6;
/** How long Lambda waits before it calls a start again that failed. */
const startRetryMs = 3_000;
/** How long a world may last before it counts as stuck: in steps, and in milliseconds of its own time. */
const mostSteps = 20_000;
const longestMs = 20_000_000;

/** How often reconcile runs between two steps, beside its period. */
const earlyReconciles = 0.003;

const { setImmediate: realSetImmediate } = globalThis;

/**
 * Lets a world run until nothing is left to do.
 * @returns whether it came to rest; one that did not is stuck
 */
export async function runWorld(world: World): Promise<boolean> {
  const { chance, machine, messages, time, broken, scenario } = world;
  const begunAt = time.now();
  let reconcileAt = scenario.reconciles ? nextReconcile(world) : Infinity;
  for (let steps = 0; steps < mostSteps && broken.length === 0; steps += 1) {
    await settle();
    messages.absorb();
    jump(world);
    if (
      (time.now() >= reconcileAt && !isOver(world)) ||
      chance.hits(scenario.reconciles ? earlyReconciles : 0)
    ) {
      reconcileAt = nextReconcile(world);
      invokeReconcile(world);
    }
    const room = machine.alive().size < atOnce;
    if (machine.waiting() > 0 && (!room || chance.hits(0.7))) {
      machine.step();
      continue;
    }
    const tick = room ? dueTick(world) : undefined;
    if (tick) {
      invokeStart(world, tick);
      continue;
    }
    const receivable = room ? messages.receivable() : [];
    if (receivable.length > 0) {
      deliver(world, receivable);
      continue;
    }
    if (machine.step()) continue;
    // Nothing can go on now: wait for what is under way for certain, then for the clock.
    await new Promise((resolve) => realSetImmediate(resolve));
    messages.absorb();
    if (machine.waiting() > 0 || messages.nextAt() <= time.now()) continue;
    const nextAt = Math.min(messages.nextAt(), time.nextTimer(), nextDeath(world), nextTick(world));
    if (time.now() - begunAt > longestMs) return false;
    const at = isOver(world) ? nextAt : Math.min(nextAt, reconcileAt);
    if (at === Infinity) return true;
    advanceTo(world, at);
  }
  return broken.length > 0;
}

const resolved = Promise.resolve();

/** Lets handlers go on to their next call. */
async function settle(): Promise<void> {
  for (let ticks = 0; ticks < 16; ticks += 1) await resolved;
}

const nextReconcile = ({ time, settings }: World): number =>
  time.now() + settings.reconcilePeriodSeconds * 1_000;

/** Whether no run is under way or about to be: reconcile has nothing to do. */
function isOver({ tables, machine }: World): boolean {
  const active = tables.tables.get('active');
  const leases = [...(tables.tables.get('leases')?.values() ?? [])] as Lease[];
  const isHeld = leases.some(({ holder }) => holder !== undefined);
  return machine.alive().size === 0 && (active?.size ?? 0) === 0 && !isHeld;
}

const jumpsMs = [10, 300, 1_700, 2_100, 13_000, 61_000] as const;

/** The clock goes on while handlers are at work; some may run into their function's timeout. */
function jump(world: World): void {
  const { chance, jumps, time } = world;
  if (jumps.budget === 0 || !chance.hits(jumps.rate)) return;
  jumps.budget -= 1;
  advanceTo(world, time.now() + chance.pick(jumpsMs));
}

function advanceTo({ time, machine, trace }: World, at: number): void {
  for (;;) {
    const death = nextDeath({ machine });
    const next = Math.min(at, time.nextTimer(), death);
    time.advanceTo(next);
    for (const process of machine.alive()) {
      if (process.diesAt > next) continue;
      trace(() => `${process.name} runs into its timeout`);
      machine.kill(process);
    }
    if (next >= at) return;
  }
}

function nextDeath({ machine }: Pick<World, 'machine'>): number {
  let at = Infinity;
  for (const { diesAt } of machine.alive()) at = Math.min(at, diesAt);
  return at;
}

const nextTick = ({ ticks }: World): number => Math.min(...ticks.map(({ at }) => at), Infinity);

const dueTick = ({ ticks, time }: World): Tick | undefined =>
  ticks.find(({ at }) => at <= time.now());

function invokeStart({ environments, time, scenario }: World, tick: Tick): void {
  tick.at = Infinity;
  tick.tries += 1;
  environments.invoke(
    'start',
    async ({ pipeline }, budget) => {
      if (tick.event === 'resume') await pipeline.runs.setPaused(pipeline.collector.name, false);
      else tick.answer = await start(pipeline, tick.event, budget);
    },
    (outcome) => {
      if (outcome !== 'done' && tick.tries <= scenario.startRetries)
        tick.at = time.now() + startRetryMs;
    },
  );
}

function invokeReconcile({ environments, retries }: World): void {
  const ended = retries.walks();
  environments.invoke('reconcile', ({ pipeline }, budget) => reconcile(pipeline, budget), ended);
}
