import type { JsonObject, JsonValue } from '../core/json';
import type { RunTrigger } from '../core/run';
import type { Http } from './http';

/** Writes one structured line; keep it for what is rare: a line per object costs more than the object. */
export interface Logger {
  debug(message: string, data?: JsonObject): void;
  info(message: string, data?: JsonObject): void;
  warn(message: string, data?: JsonObject): void;
  error(message: string, data?: JsonObject): void;
}

/** The context that every function of a collector receives. */
export interface CollectorContext {
  /** Aborts when the function's time is over; hand it to `fetch` and the like. */
  readonly signal: AbortSignal;
  readonly run: {
    /** `<collector>@<scheduled time>`, with `~m<n>` behind it for a manual start and `~r<n>` for a redrive. */
    readonly id: string;
    /** The time that the run is for; of a redrive, that of the run that it redrives. */
    readonly scheduledTime: Date;
    /** The input that the start passed, or `undefined`; a redrive inherits that of the run that it redrives. */
    readonly input: JsonValue | undefined;
    /** Why the run was started. `schedule` is a tick; `followUp` the end of a run of the pipeline that this one follows. */
    readonly trigger: RunTrigger;
  };
  /**
   * The state that the last good run's `onComplete` returned, or `undefined` before the first; a redrive has that with which
   * the run started that it redrives.
   */
  readonly state: JsonValue | undefined;
  /** The pipeline's secrets by name; reading one that is not there is an error that names it. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The HTTP client of this call; for a collector with `http`. */
  readonly http: Http;
  /**
   * Makes a call to the source when it is its turn, and learns from the answer: for a function that makes several calls by
   * `fetch` or an SDK. The first one has the turn that was taken for the function. Each call of `http` is one by itself.
   */
  readonly turn: <T>(call: () => Promise<T>) => Promise<T>;
  readonly logger: Logger;
}

/** The context of `listPage`. */
export interface PageContext extends CollectorContext {
  /** From 0. */
  readonly pageNumber: number;
  /** The token that the page before returned; `undefined` for the first page and for numbered pages. */
  readonly pageToken: string | undefined;
  /** What the page before returned as `carry`; `undefined` for the first page and for numbered pages. */
  readonly carry: JsonValue | undefined;
}

/** The context of a fetcher and of `crunch`. */
export interface ObjectContext extends CollectorContext {
  /** The object's newest record of a run before this one, by scheduled time; for a collector with `previous: true`. */
  readonly previous: JsonObject | undefined;
  /** The `data` that `listPage` returned with the object; `undefined` where it returned the id alone. */
  readonly listed: JsonValue | undefined;
}
