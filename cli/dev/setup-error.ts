import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** A mistake in the project that keeps a run from starting. The message says what to write; no stack is shown. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The line that every collector's file ends with. */
const exportLine =
  'export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);';

/**
 * Explains why a function of a bundle could not start.
 * @param entry the collector's file
 */
export function explainStart(
  {
    errorType,
    errorMessage,
  }: { readonly errorType?: string | undefined; readonly errorMessage: string },
  entry: string,
): string {
  const file = relative(process.cwd(), entry);
  if (errorType === 'Runtime.HandlerNotFound') {
    const isDefault = existsSync(entry) && /^export default\b/m.test(readFileSync(entry, 'utf8'));
    return isDefault
      ? `${file} has a default export, but Lambda needs the six handlers by their names. Write instead: ${exportLine}`
      : `${file} does not export the six handlers. Add: ${exportLine}`;
  }
  return errorMessage;
}

/** Says what an app threw while it was synthesized: its error, and the lines of the project that it comes from. */
export function explainSynthesis(written: string): string {
  const lines = written.split('\n');
  const at = lines.findIndex((line) => /^(\w*Error\b.*?|\w+ \[\w+\]): /.test(line));
  if (at < 0) return written;
  const rest = lines.slice(at);
  const end = rest.findIndex((line) => /^ +at /.test(line));
  const message = (end < 0 ? rest : rest.slice(0, end)).filter((line) => line.trim() !== '');
  const frames = end < 0 ? [] : rest.slice(end).filter((line) => /^ +at /.test(line));
  const own = frames.filter((line) => !/node_modules|node:/.test(line)).slice(0, 3);
  return [...message, ...own].join('\n').replaceAll(`${process.cwd()}/`, '');
}
