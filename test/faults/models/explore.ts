import { seededChance, type Chance } from './chance';
import { brokenPromises } from './check-world';
import { runWorld } from './run-world';
import { makeWorld, type Scenario } from './world';

/** An interleaving that broke a promise. */
export interface Finding {
  readonly seed: number;
  readonly broken: readonly string[];
  /** What happened, line by line: milliseconds since the beginning, who, what. */
  readonly trace: readonly string[];
}

/** Makes a scenario by chance. */
export type Scenarios = (chance: Chance) => Scenario;

/**
 * Runs interleavings of consecutive seeds.
 * @returns the first that broke a promise, `undefined` when none did
 */
export async function explore(
  scenarios: Scenarios,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<Finding | undefined> {
  for (let seed = from; seed < from + count; seed += 1) {
    const broken = await interleave(scenarios, seed);
    if (broken.length === 0) continue;
    const trace: string[] = [];
    await interleave(scenarios, seed, trace);
    return { seed, broken, trace };
  }
  return undefined;
}

/** Runs the interleaving of a seed. @returns the promises that it broke */
export async function interleave(
  scenarios: Scenarios,
  seed: number,
  trace?: string[],
): Promise<readonly string[]> {
  const scenario = scenarios(seededChance(seed));
  trace?.push(JSON.stringify(scenario, mapsAsEntries));
  const world = makeWorld(scenario, seed + 1, trace);
  const putBack = world.time.install();
  try {
    const cameToRest = await runWorld(world);
    return brokenPromises(world, cameToRest);
  } finally {
    putBack();
  }
}

const mapsAsEntries = (_: string, value: unknown): unknown =>
  value instanceof Map ? [...(value as Map<unknown, unknown>)] : value;
