import type { Run } from '../../core/run';
import { fromItem, integersOf, toItem, type Item } from './attributes';
import { keys } from './keys';
import { keyItem } from '../send';

/** Writes a run's item. */
export const runItem = (run: Run, expiresAt: number): Item => ({
  ...keyItem(keys.run(run.runId)),
  ...toItem({ ...run, expiresAt }),
});

/** Reads a run's item. */
export function runOf(item: Item): Run {
  const { pk, sk, expiresAt, ...fields } = fromItem(item);
  const run = fields as unknown as Run;
  if (!run.result) return run;
  const totals = integersOf(item['result']?.M?.['totals']?.M);
  return { ...run, result: { ...run.result, totals } };
}
