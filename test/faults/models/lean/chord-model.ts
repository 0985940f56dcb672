import { seededChance } from '../chance';
import { brokenChord } from './chord-check';
import { move } from './chord-moves';
import { makeBench, makeChordWorld } from './chord-world';
import type { Interleave } from './explore';

/**
 * A model of the chord without time or transport: workers that die before or after any call, messages that come twice, in
 * any order or never, pages that list differently each time, walks of reconcile at any moment. The nodes are worked on by
 * the pipeline's own functions.
 */
export function chordModel(): Interleave {
  const bench = makeBench();
  return async (seed, trace) => {
    const chance = seededChance(seed);
    const world = makeChordWorld(bench, chance);
    const { plan, turns } = world;
    trace?.(JSON.stringify(plan));
    const cameToRest = await turns.run({
      chance,
      faults: { ...plan.faults },
      move: () => move(world),
      trace,
      fail: (error) => world.broken.push(String(error)),
    });
    return brokenChord(world, cameToRest);
  };
}
