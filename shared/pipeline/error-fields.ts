import { describeError } from '../core/describe-error';
import { stackFrames } from '../core/stack-frames';
import type { Pipeline } from './pipeline';

type Describing = Pick<Pipeline, 'redact' | 'mapPositions'>;

/** The fields of a log line that say what an error is and where it comes from. */
export interface ErrorFields {
  /** Its text with its causes. */
  readonly error: string;
  /** Its frames in the collector's own files. */
  readonly stack?: string[];
}

/** Describes an error for a log line. */
export const errorFields = (pipeline: Describing, error: unknown): ErrorFields => ({
  error: describeError(error, pipeline.redact),
  ...stackField(pipeline, error),
});

/** Returns the frames of an error, as a field of a log line. Finding them takes milliseconds: it is not done for each object. */
export function stackField(
  { mapPositions }: Describing,
  error: unknown,
): Pick<ErrorFields, 'stack'> {
  const stack = stackFrames(error, mapPositions);
  return stack.length > 0 ? { stack: [...stack] } : {};
}
