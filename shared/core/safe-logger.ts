import type { Logger } from '../collector/definition';
import { describeError } from './describe-error';
import type { JsonObject } from './json';
import { cleanHead, isError, mostValues, plainJson, type Redact } from './plain-json';
import { isObject } from './read-safely';

type Level = keyof Logger;
type Write = Logger[Level];

/** Makes a logger from what writes the lines of each level. */
export const loggerOf = (writing: (level: Level) => Write): Logger => ({
  debug: writing('debug'),
  info: writing('info'),
  warn: writing('warn'),
  error: writing('error'),
});

/** Most characters of a message; its data may have ten times as many. */
const longestMessage = 10_000;

/**
 * Makes a logger that accepts anything (cycles, bigints, getters that throw, an error for its data) and writes it
 * redacted. No line throws: what cannot be written must not fail the object that it is about.
 */
export const safeLogger = (logger: Logger, redact: Redact): Logger =>
  loggerOf((level) => (message: unknown, data: unknown) => {
    logger[level](describeMessage(message, redact), plainData(data, redact));
  });

/** What the lines of a collector are about. */
export interface About {
  readonly runId: string;
  readonly objectId?: string;
  readonly page?: number;
}

/** Makes the logger of a collector: its lines carry what they are about, and that they are the collector's own. */
export function collectorLogger(logger: Logger, about: About, redact: Redact): Logger {
  const own = { ...about, by: 'collector' };
  return loggerOf((level) => (message: string, data: unknown) => {
    logger[level](message, { ...own, ...plainData(data, redact, mostValues / 2) });
  });
}

const describeMessage = (message: unknown, redact: Redact): string =>
  typeof message === 'string'
    ? cleanHead(message, longestMessage, redact)
    : describeError(message, redact);

/** The data of a line as an object; an error or a list becomes one of its fields. */
function plainData(data: unknown, redact: Redact, values?: number): JsonObject | undefined {
  if (data === undefined || data === null) return undefined;
  const plain = plainJson(data, redact, values);
  if (isError(data)) return { error: plain };
  return isObject(data) && isObject(plain) && !Array.isArray(plain)
    ? (plain as JsonObject)
    : { data: plain };
}
