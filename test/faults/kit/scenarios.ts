import type { Scenario } from './scenario';
import { chaos } from './scenarios/chaos';

/** All scenarios, in the order in which they run. */
export const scenarios: readonly Scenario[] = [chaos];
