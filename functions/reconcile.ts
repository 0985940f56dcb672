import { reconcile } from '../shared/pipeline/reconcile';
import { invoke, type Invoked } from './invoke';
import type { LazyRuntime } from './runtime';

/** Repairs what is stuck in the runs under way. */
export const reconcileHandler =
  (runtime: LazyRuntime): Invoked<unknown, void> =>
  (_event, context) =>
    invoke(runtime, context, ({ pipeline }, budget) => reconcile(pipeline, budget));
