import type { Run } from '../core/run';
import { fromItem, toItem, type Item } from './attributes';
import { keys } from './keys';
import { keyItem } from './send';

/** Writes a run's item. */
export const runItem = (run: Run, expiresAt: number): Item => ({
  ...keyItem(keys.run(run.collector, run.runId)),
  ...toItem({ ...run, expiresAt }),
});

/** Reads a run's item. */
export function runOf(item: Item): Run {
  const { pk, sk, expiresAt, ...run } = fromItem(item);
  return run as unknown as Run;
}
