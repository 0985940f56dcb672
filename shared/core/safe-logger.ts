import type { Logger } from '../collector';
import { describeError } from './describe-error';
import type { JsonObject } from './json';
import { cleanHead, isError, mostValues, plainJson, type Redact } from './plain-json';
import { isObject } from './read-safely';

type Write = Logger['info'];

/** Most characters of a message; its data may have ten times as many. */
const longestMessage = 10_000;

/**
 * A logger that takes whatever it is given (cycles, bigints, getters that throw, an error for its data) and writes it
 * redacted. No line throws: what cannot be written must not fail the object that it is about.
 */
export function safeLogger(logger: Logger, redact: Redact): Logger {
  const safe =
    (level: keyof Logger): Write =>
    (message: unknown, data: unknown) => {
      logger[level](describeMessage(message, redact), plainData(data, redact));
    };
  return { debug: safe('debug'), info: safe('info'), warn: safe('warn'), error: safe('error') };
}

/** The logger of a collector: its lines say of which run they are, and that they are the collector's own. */
export function collectorLogger(logger: Logger, runId: string, redact: Redact): Logger {
  const own = { runId, by: 'collector' };
  const writing =
    (level: keyof Logger): Write =>
    (message: string, data: unknown) => {
      logger[level](message, { ...own, ...plainData(data, redact, mostValues / 2) });
    };
  return {
    debug: writing('debug'),
    info: writing('info'),
    warn: writing('warn'),
    error: writing('error'),
  };
}

const describeMessage = (message: unknown, redact: Redact): string =>
  typeof message === 'string'
    ? cleanHead(message, longestMessage, redact)
    : describeError(message, redact);

/** The data of a line as an object; an error or a list becomes one of its fields. */
function plainData(data: unknown, redact?: Redact, values?: number): JsonObject | undefined {
  if (data === undefined || data === null) return undefined;
  const plain = plainJson(data, redact, values);
  if (isError(data)) return { error: plain };
  return isObject(data) && isObject(plain) && !Array.isArray(plain)
    ? (plain as JsonObject)
    : { data: plain };
}
