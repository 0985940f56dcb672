import { start, type StartAnswer } from '../shared/pipeline/start/start';
import { invoke, type Invoked } from './invoke';
import type { LazyRuntime } from './runtime';

/** Starts, redrives or cancels a run: `{ scheduledTime?, manual?, input?, redriveOf?, cancel? }`. */
export const startHandler =
  (runtime: LazyRuntime): Invoked<unknown, StartAnswer> =>
  (event, context) =>
    invoke(runtime, context, ({ pipeline }, budget) => start(pipeline, event, budget));
