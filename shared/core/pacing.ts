import { limits } from './limits';

/** How long to hold a task back: `notBefore` (epoch ms) stays in it where SQS cannot delay it so long. */
export interface Hold {
  readonly delaySeconds: number;
  readonly notBefore: number | undefined;
}

/** Holds a task for `seconds` from `now`; SQS delays 900 s at most, the rest is done hop by hop. */
export function holdFor(seconds: number, now: number): Hold {
  const delay = Math.max(0, Math.ceil(seconds));
  return delay <= limits.delaySeconds
    ? { delaySeconds: delay, notBefore: undefined }
    : { delaySeconds: limits.delaySeconds, notBefore: now + delay * 1_000 };
}

/** How long a task that came before its time is held again; `undefined` when its time has come. */
export function holdUntil(notBefore: number | undefined, now: number): Hold | undefined {
  if (notBefore === undefined || notBefore <= now) return undefined;
  return holdFor((notBefore - now) / 1_000, now);
}

/** Where an object stands among all objects of its run. */
export interface Place {
  /** Its number on the page. */
  readonly index: number;
  readonly page: number;
  /** Pages by token: objects on the pages before. */
  readonly objectsBefore: number;
  /** Numbered pages, which are listed at once: how many there are. Their messages take turns. */
  readonly pageCount: number | undefined;
  readonly objectsPerMessage: number;
}

/**
 * Milliseconds after the start of the run at which the turn of a message comes whose first object is in this place, at
 * `objectsPerSecond`.
 */
export function turnMs(place: Place, objectsPerSecond: number): number {
  const before =
    place.pageCount === undefined
      ? place.objectsBefore + place.index
      : place.index * place.pageCount + place.page * place.objectsPerMessage;
  return (before / objectsPerSecond) * 1_000;
}
