/** `2,000` */
export const count = (number: number | bigint): string =>
  (typeof number === 'bigint' ? number : Math.round(number)).toLocaleString('en-US');

/** `12.75 s`, from a minute on `3 min 20 s` */
export function seconds(duration: number): string {
  if (duration < 60) return `${duration.toFixed(2)} s`;
  const minutes = Math.floor(duration / 60);
  return `${count(minutes)} min ${String(Math.round(duration % 60)).padStart(2, '0')} s`;
}

/** Dollars, with three digits that say something: `$0.00312` */
export function dollars(usd: number): string {
  if (usd === 0) return '$0';
  const digits = Math.max(2, 2 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(Math.min(digits, 10))}`;
}

/** `1 page`, `2 pages` */
export const plural = (number: number, noun: string): string =>
  `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

/** A ratio with two digits that say something, or all digits before the point: `0.095`, `1.2`, `211` */
export const ratio = (number: number): string =>
  number === 0 ? '0' : number < 10 ? number.toPrecision(2) : count(number);
