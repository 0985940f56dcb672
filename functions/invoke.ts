import type { Context } from 'aws-lambda';
import { plainError } from '../shared/core/describe-error';
import { timeBudgetOf, type TimeBudget } from '../shared/pipeline/time-budget';
import type { LazyRuntime, Runtime } from './runtime';

/** A Lambda handler. */
export type Invoked<E, R> = (event: E, context: Context) => Promise<R>;

/** Runs one invocation: its time measured, its metrics written at the end. What it throws is plain. */
export async function invoke<R>(
  runtime: LazyRuntime,
  context: Context,
  work: (runtime: Runtime, budget: TimeBudget) => Promise<R>,
): Promise<R> {
  const ready = runtime(context);
  ready.meter.begin();
  try {
    const budget = timeBudgetOf(ready.pipeline.now(), context.getRemainingTimeInMillis());
    return await work(ready, budget);
  } catch (error) {
    throw plainError(error, ready.pipeline);
  } finally {
    ready.flush();
    ready.meter.end();
  }
}
