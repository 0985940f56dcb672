import { InvalidArgumentError } from 'commander';
import { utf8Bytes } from '../shared/core/item-size';
import { limits } from '../shared/core/limits';
import { durationSeconds } from './times';

/** Reads a whole number within bounds. */
export const wholeNumber =
  (min: number, max: number) =>
  (given: string): number => {
    const number = /^\d+$/.test(given) ? Number(given) : NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };

/** Reads the id of an object. */
export function objectId(given: string): string {
  const bytes = utf8Bytes(given);
  if (bytes >= 1 && bytes <= limits.objectIdBytes) return given;
  throw new InvalidArgumentError(
    `Expected the id of an object, of 1 to ${limits.objectIdBytes} bytes.`,
  );
}

/** Reads a duration as seconds. */
export function time(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError('Expected a time such as 500ms, 2s, 60m or 1h.');
}

/** Reads a duration above 0 as seconds. */
export function positiveTime(text: string): number {
  const seconds = time(text);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError('Expected a time above 0, such as 5m or 1h.');
}

/** Reads durations with commas between them as seconds. */
export const times = (text: string): number[] => text.split(',').map(time);

/** Reads a number above 0. */
export function positive(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a number above 0.');
}

/** Reads a percentage from 0 to below 100, with or without its sign. */
export function percent(text: string): number {
  const number = Number(text.replace(/%$/, ''));
  if (text.trim() !== '' && number >= 0 && number < 100) return number;
  throw new InvalidArgumentError('Expected a percentage from 0 to below 100.');
}
