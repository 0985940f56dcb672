import { describeError } from '../../core/describe-error';
import { NonRetryableError, StoreError } from '../../core/errors';
import { latest } from '../../core/latest';
import { limits } from '../../core/limits';
import type { Redact } from '../../core/plain-json';
import { semaphore, type Semaphore } from '../../core/semaphore';
import type { TotalNameStore } from '../../core/ports/chord-store';
import { head } from '../../core/read-safely';
import type { Run } from '../../core/run';
import { namesToClaim, unclaimedFault } from '../../core/total-names';
import { renameTotals } from '../../core/totals';
import { expiryOf, type Pipeline } from '../pipeline';
import type { MemberWithOutcome } from './save-collected';

/**
 * Claims the names of some objects' totals for their run: of each object all or none.
 * @returns the names that the run has; a name that is not among them will never fit together with its object's others
 * @throws StoreError when the claims could not be written
 */
export type ClaimTotalNames = (
  run: Run,
  objects: readonly (readonly string[])[],
) => Promise<ReadonlySet<string>>;

/** Runs whose names an environment remembers, of the latest. */
const capacity = 50;

interface RunNames {
  readonly claimed: Set<string>;
  /** Groups that claim at the same time share one write. */
  readonly oneAtATime: Semaphore;
}

/** Claims that an environment remembers: it reads a run's names once, and writes once for names that the run lacks. */
export function totalNameClaims(store: TotalNameStore): ClaimTotalNames {
  const runs = latest<RunNames>(capacity);
  return async (run, objects) => {
    const names = runs.get(run.runId) ?? { claimed: new Set(), oneAtATime: semaphore(1) };
    runs.set(run.runId, names);
    const { claimed, oneAtATime } = names;
    const isKnown = (wanted: readonly string[]) => wanted.every((name) => claimed.has(name));
    if (!objects.every(isKnown)) await oneAtATime(() => claimAll(store, run, objects, claimed));
    return claimed;
  };
}

/** Each round knows of more names than the one before, and the run has a limited number of them. */
async function claimAll(
  store: TotalNameStore,
  run: Run,
  objects: readonly (readonly string[])[],
  claimed: Set<string>,
): Promise<void> {
  const learn = (names: ReadonlySet<string>): void => {
    for (const name of names) claimed.add(name);
  };
  // Most environments find the names of their objects claimed: a read is cheaper, and many may read at once.
  if (claimed.size === 0) learn(await store.read(run.runId));
  for (;;) {
    const names = namesToClaim(claimed, objects);
    if (names.length === 0) return;
    const before = claimed.size;
    learn(await store.claim(run.runId, names, expiryOf(run)));
    if (claimed.size === before) throw new StoreError(`${run.runId}: names were not claimed`);
  }
}

/**
 * Claims the names of the totals that were collected, before anything of it is saved: what goes beyond the limit of the
 * run has failed.
 */
export async function claimTotals(
  { totalNames, redact }: Pipeline,
  run: Run,
  answers: readonly MemberWithOutcome[],
): Promise<readonly MemberWithOutcome[]> {
  const collected = answers.map((each) => withoutSecretNames(each, redact));
  const wanted = collected.map(({ outcome }) =>
    'totals' in outcome ? Object.keys(outcome.totals) : [],
  );
  const claimed = await totalNames(run, wanted);
  return collected.map((each, at): MemberWithOutcome => {
    const fault = unclaimedFault(claimed, wanted[at] ?? []);
    if (fault === undefined) return each;
    const error = describeError(new NonRetryableError(fault), redact);
    return { ...each, outcome: { kind: 'failed', error } };
  });
}

/** Redacts the names of totals, which are shown with them. Names that are then the same become one total. */
function withoutSecretNames(each: MemberWithOutcome, redact: Redact): MemberWithOutcome {
  const { outcome } = each;
  if (!('totals' in outcome)) return each;
  if (Object.keys(outcome.totals).every((name) => redact(name) === name)) return each;
  const totals = renameTotals(outcome.totals, (name) => head(redact(name), limits.totalNameLength));
  return { ...each, outcome: { ...outcome, totals } };
}
