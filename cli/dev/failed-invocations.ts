import { sourceMaps } from '../../shared/aws/telemetry/source-maps';
import { stackFrames } from '../../shared/core/stack-frames';
import type { FunctionName } from '../../shared/environment';
import type { Paint } from '../terminal/paint';
import { errorLines } from './error-board';
import type { FunctionError } from './invocations';

/** Shows the errors of invocations: each once, for Lambda tries again. */
export function failedInvocations(
  say: (line: string) => void,
  paint: Paint,
): (name: FunctionName, error: FunctionError) => void {
  const mapPositions = sourceMaps();
  const seen = new Set<string>();
  return (name, { errorType = 'Error', errorMessage, trace = [] }) => {
    const error = `${errorType}: ${errorMessage.replace(/^RequestId: \S+ /, '')}`;
    if (seen.has(`${name} ${error}`)) return;
    seen.add(`${name} ${error}`);
    const stack = stackFrames({ stack: trace.join('\n') }, mapPositions);
    for (const line of errorLines(paint.bold(`${name} failed`), { error, stack }, paint)) {
      say(line);
    }
  };
}
