import { findInCauses, readSafely } from '../read-safely';
import { headerReader, type ReadHeader } from './headers';

/** The part of an HTTP answer that says how its source is. */
export interface AnswerHead {
  readonly status: number;
  readonly header: ReadHeader;
}

/**
 * Finds the HTTP answer in what a collector threw: a `Response`, or an error of any client or SDK that carries one, or
 * whose cause does. `status`, `statusCode`, `$metadata.httpStatusCode` or a `code` that is one; `headers` next to it or in `response`.
 * @returns `undefined` when there is no status from 100 to 599
 */
export const answerOfError = (error: unknown): AnswerHead | undefined =>
  findInCauses(error, answerIn);

/** Reads the status of the HTTP answer in what was thrown, such as 404; `undefined` when there is none. */
export const statusOf = (error: unknown): number | undefined => answerOfError(error)?.status;

function answerIn(error: unknown): AnswerHead | undefined {
  const holders = [
    readSafely(error, 'response'),
    readSafely(error, '$response'),
    error,
    readSafely(error, '$metadata'),
  ];
  const status = holders.map(statusIn).find((each) => each !== undefined);
  if (status === undefined) return undefined;
  const readers = holders.map((each) => headerReader(readSafely(each, 'headers')));
  return { status, header: (name) => readers.map((read) => read(name)).find(Boolean) };
}

function statusIn(holder: unknown): number | undefined {
  const read = (key: string, least: number): number | undefined => {
    const value = readSafely(holder, key);
    const isNumber = typeof value === 'number' || typeof value === 'string';
    return isNumber && /^\d{3}$/.test(`${value}`) && inRange(Number(value), least)
      ? Number(value)
      : undefined;
  };
  // A code may be a number of something else.
  return (
    read('status', 100) ??
    read('statusCode', 100) ??
    read('httpStatusCode', 100) ??
    read('code', 400)
  );
}

const inRange = (status: number, least: number): boolean => status >= least && status <= 599;
