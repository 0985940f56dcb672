import type { Context } from 'aws-lambda';
import { plainError } from '../shared/core/describe-error';
import { allowanceOf, type Allowance } from '../shared/pipeline/pipeline';
import type { LazyRuntime, Runtime } from './runtime';

/** A Lambda handler. */
export type Invoked<E, R> = (event: E, context: Context) => Promise<R>;

/** Runs one invocation: its time measured out, its metrics written at the end. What it throws is plain. */
export async function invoke<R>(
  runtime: LazyRuntime,
  context: Context,
  work: (runtime: Runtime, allowance: Allowance) => Promise<R>,
): Promise<R> {
  const ready = runtime(context);
  try {
    const allowance = allowanceOf(ready.pipeline.now(), context.getRemainingTimeInMillis());
    return await work(ready, allowance);
  } catch (error) {
    throw plainError(error, ready.pipeline.redact);
  } finally {
    ready.flush();
  }
}
