import { limits } from './limits';

/** Names that are claimed next: of each object whose new names still fit into the run's limit, in the order given. */
export function namesToClaim(
  claimed: ReadonlySet<string>,
  objects: readonly (readonly string[])[],
): string[] {
  const names = new Set<string>();
  for (const wanted of objects) {
    const added = wanted.filter((name) => !claimed.has(name) && !names.has(name));
    if (claimed.size + names.size + added.length > limits.totalNames) continue;
    for (const name of added) names.add(name);
  }
  return [...names];
}

/** The error of an object whose names could not all be claimed; `undefined` when all were. */
export function unclaimedFault(
  claimed: ReadonlySet<string>,
  wanted: readonly string[],
): string | undefined {
  const unclaimed = wanted.filter((name) => !claimed.has(name));
  if (unclaimed.length === 0) return undefined;
  const some = `${unclaimed.slice(0, 3).join(', ')}${unclaimed.length > 3 ? ', …' : ''}`;
  return `totals: the run has ${claimed.size} names already; expected at most ${limits.totalNames} in a run, got ${unclaimed.length} more: ${some}`;
}
