import { InvalidArgumentError } from 'commander';

/** Reads a whole number within bounds. */
export const wholeNumber =
  (min: number, max: number) =>
  (given: string): number => {
    const number = /^\d+$/.test(given) ? Number(given) : NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(
      `Expected a whole number from ${String(min)} to ${String(max)}.`,
    );
  };
