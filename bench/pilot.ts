import { spreadOf } from './statistics';
import { predict } from './predict';
import type { Measurement } from './measurement';
import { noWork } from './workload';

/** A run whose wall time tells how fast the machine is at what our runs do: on all its processors, with their memory. */
export const pilot = noWork(10_000);

/**
 * How slow the machine is just now, against the one by which `pollard plan` knows the embedded cloud: 2 takes twice as
 * long. A shared machine changes by that much within minutes.
 */
export function slownessBy({ runs }: Measurement, concurrency: number): number {
  const { median } = spreadOf(runs.map(({ wallSeconds }) => wallSeconds));
  return median / predict(pilot, { concurrency, slowness: 1 }).wallSeconds;
}
