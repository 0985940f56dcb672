import type { RunStore } from '../../core/ports/run-store';
import { collectorOf } from '../../core/run';
import type { Pipeline } from '../pipeline';

/** Reads the names that the collector has had, its present one among them. The first call of an environment adds that one. */
export type CollectorNames = () => Promise<readonly string[]>;

/** Names that an environment remembers: one write for each environment. */
export function collectorNames(
  runs: Pick<RunStore, 'addCollectorName'>,
  collector: string,
): CollectorNames {
  let names: Promise<readonly string[]> | undefined;
  return () => {
    names ??= runs.addCollectorName(collector).catch((error: unknown) => {
      names = undefined;
      throw error;
    });
    return names;
  };
}

/**
 * Whether a run was started under a name that the collector does not have any more. One that is under way goes on to its end;
 * none is started.
 */
export const isOfFormerName = (
  { collector }: Pick<Pipeline, 'collector'>,
  runId: string,
): boolean => collectorOf(runId) !== collector.name;
