const minute = 60;
const hour = 3_600;
const day = 86_400;

/** A duration at a glance: `0.4 s`, `12.8 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  if (seconds < minute) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (number: number): string => String(number).padStart(2, '0');
  if (whole < hour) return `${Math.floor(whole / minute)} min ${two(whole % minute)} s`;
  if (whole < day) {
    return `${Math.floor(whole / hour)} h ${two(Math.floor((whole % hour) / minute))} min`;
  }
  return `${Math.floor(whole / day)} d ${Math.floor((whole % day) / hour)} h`;
}

/** A time in UTC, to the second: `2026-03-01 12:00:00Z`. */
export const clock = (epochMs: number): string =>
  new Date(epochMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
