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

/** The first line of an error: of Node, `TypeError: …`, or of the CDK, `«CannotFindPackageLockFile» …`. */
const errorLine = /^((\w*Error\b.*?|\w+ \[\w+\]): |«\w+» )/;

/** A frame of a stack; the CDK shortens those of packages to `...aws-cdk-lib...`. */
const frameLine = /^ +(at |\.\.\.)/;

/** Says what an app threw while it was synthesized: its error, and the lines of the project that it comes from. */
export function explainSynthesis(written: string): string {
  const lines = written.split('\n');
  const at = lines.findIndex((line) => errorLine.test(line));
  if (at < 0) return written;
  const rest = lines.slice(at);
  const end = rest.findIndex((line) => frameLine.test(line));
  const message = (end < 0 ? rest : rest.slice(0, end)).filter((line) => line.trim() !== '');
  const frames = end < 0 ? [] : rest.slice(end).filter((line) => /^ +at /.test(line));
  const own = frames.filter((line) => !/node_modules|node:/.test(line)).slice(0, 3);
  return [...message, ...adviceOn(message), ...own].join('\n').replaceAll(`${process.cwd()}/`, '');
}

/** The fix for a CDK error that names a prop that pipelines do not have. */
const adviceOn = ([first = '']: readonly string[]): string[] =>
  first.includes('package lock file')
    ? ['Install the packages of the project first: npm install writes package-lock.json']
    : [];
