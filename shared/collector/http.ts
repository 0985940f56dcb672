import type { SourceAnswer } from '../core/governor/turn';
import { NonRetryableError } from '../core/errors';
import type { TokenStore } from '../core/ports/token-store';
import type { Validators } from '../core/validators';
import type { Unchanged } from './crunched';

/** A request of `context.http`. */
export interface HttpRequest {
  /** @default 'GET' */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** Added to the URL; a parameter that is `undefined` is left out. @default - none */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** Sent with those of the client, in place of one of the same name. @default - none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A body as it is sent. @default - none */
  readonly body?: string | Uint8Array | URLSearchParams | undefined;
  /** A body that is sent as JSON. @default - none */
  readonly json?: unknown;
  /**
   * Asks only for what has changed since the object's last record was saved, by the `ETag` and the `Last-Modified` that are
   * kept with the record: a 304 is `unchanged()`. For fetchers of a collector with `previous: true`. @default false
   */
  readonly conditional?: boolean | undefined;
  /** Longest time until the whole answer is there. @default - that of the function which makes the request */
  readonly timeoutSeconds?: number | undefined;
}

/** An answer with a status below 300, or a 304 to a conditional request; its whole body was read. */
export interface HttpAnswer<T = unknown> {
  /** The URL that answered, after redirects. */
  readonly url: string;
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** Parses the body. @throws Error, which is retried, when it is not JSON */
  json(): T;
}

/** The HTTP client of a call of the collector. It throws the error that fits the status of an answer. */
export interface Http {
  /**
   * Sends a request.
   * @param url absolute, or a path behind the client's `baseUrl`
   */
  request<T>(url: string | URL, request?: HttpRequest): Promise<HttpAnswer<T>>;
  /** Sends a conditional request. @returns its body's JSON, or `unchanged()` for the fetcher to return */
  json<T>(
    url: string | URL,
    request: HttpRequest & { readonly conditional: true },
  ): Promise<T | Unchanged>;
  /** Sends a request. @returns its body's JSON */
  json<T>(
    url: string | URL,
    request?: HttpRequest & { readonly conditional?: false | undefined },
  ): Promise<T>;
}

/** What a client works with in a call of the collector. */
export interface HttpCall {
  readonly signal: AbortSignal;
  readonly secrets: Readonly<Record<string, string>>;
  /** Those of the object's last record, and those of the answers; `undefined` where no request may be conditional. */
  readonly validators: CallValidators | undefined;
  /** Waits until the source may be called. @returns what takes the answer to that call */
  readonly turn: () => Promise<(answer: SourceAnswer) => void>;
  /** The OAuth tokens that all functions of the pipeline share. */
  readonly tokens: TokenStore;
  /** Keeps a value out of everything that Pollard writes from now on. */
  readonly learnSecret: (name: string, value: string) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The validators of an object's conditional requests. */
export interface CallValidators {
  readonly last: Validators;
  /** Receives those of an answer, by the key of its request. */
  readonly seen: Map<string, Validators[string]>;
}

/** A client as `defineCollector` takes it: `httpClient()` of `pollard-aws/http` makes one. */
export interface HttpClient {
  /** Makes the `http` of a call. */
  open(call: HttpCall): Http;
}

const noClient = (): Promise<never> =>
  Promise.reject(
    new NonRetryableError(
      'context.http: the collector has no HTTP client. Pass `http: httpClient()` of pollard-aws/http to defineCollector',
    ),
  );

/** The `http` of a collector without a client. */
export const noHttp: Http = { request: noClient, json: noClient };
