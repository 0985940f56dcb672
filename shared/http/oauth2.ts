import { setTimeout as sleep } from 'node:timers/promises';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  genericTokenEndpointRequest,
  None,
  processGenericTokenEndpointResponse,
  type ClientAuth,
} from 'oauth4webapi';
import { AuthenticationError, InvalidInputError, NonRetryableError } from '../core/errors';
import type { HttpCall } from '../collector/http';
import type { Send } from './connections';
import { judgeAnswer, type FailedAnswer } from './http-error';
import type { HttpAuth, HttpClientContext } from './options';
import { tokenSeal, type Token } from './sealed-token';
import { commonHeaders, joinHeaders } from './send-request';
import { isGood, requestMs, sharedToken } from './shared-token';
import { shownUrl } from './url';

/** How a client gets its access tokens. */
export interface OAuth2Options {
  /** The URL of the token endpoint. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** @default - a public client, which needs a `refreshToken` */
  readonly clientSecret?: string | undefined;
  /** How the client says who it is: by HTTP Basic, or in the form that it posts. @default 'basic' */
  readonly authentication?: 'basic' | 'post' | undefined;
  /**
   * The refresh token of a user. Where the server replaces it, the new one is kept and used from then on.
   * @default - the client's own credentials are used (`client_credentials`)
   */
  readonly refreshToken?: string | undefined;
  /** Scopes with spaces between them. @default - what the server gives */
  readonly scope?: string | undefined;
  /** Further parameters that the server asks for, such as `audience`. @default - none */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/**
 * Has each request carry an access token: `httpClient({ baseUrl, auth: oauth2(({ secrets }) => ({ … })) })`. All functions of
 * the pipeline share the token, which is kept encrypted in the control table and renewed under a lease, so one of them asks
 * for it. After a 401 it is renewed, and the request sent once more.
 */
export function oauth2(
  options: OAuth2Options | ((context: HttpClientContext) => OAuth2Options),
): HttpAuth {
  const known = new Map<string, Token>();
  const underWay = new Map<string, Promise<Token>>();
  /** Joins the search for a token that is under way in this environment, or starts one. */
  const find = (name: string, start: () => Promise<Token>): Promise<Token> => {
    const found =
      underWay.get(name) ??
      start().finally(() => {
        underWay.delete(name);
      });
    underWay.set(name, found);
    return found;
  };
  return {
    accessToken: async (call, send, refused) => {
      const checked = checkOptions(typeof options === 'function' ? options(call) : options);
      const { clientSecret = '', refreshToken = '', ...about } = checked;
      const seal = tokenSeal(JSON.stringify([clientSecret, refreshToken]), JSON.stringify(about));
      const { tokens: store, learnSecret, now } = call;
      const request = (last: Token | undefined) => requestToken(checked, { call, send, last });
      const start = () => sharedToken({ store, seal, request, now, sleep }, refused);
      const isUsable = (token: Token) => isGood(token, now(), refused);
      const search = async (): Promise<Token> => {
        const found = await find(seal.name, start);
        // A search that another call has started may bring the token that this one was refused with.
        return isUsable(found) ? found : find(seal.name, start);
      };
      const cached = known.get(seal.name);
      const token = cached && isUsable(cached) ? cached : await search();
      known.set(seal.name, token);
      learnSecret('accessToken', token.accessToken);
      return token.accessToken;
    },
  };
}

function checkOptions(options: OAuth2Options): OAuth2Options {
  const { tokenUrl, clientId, clientSecret, refreshToken } = options;
  const faults = [
    URL.canParse(tokenUrl) ? [] : ['tokenUrl: expected a URL'],
    clientId === '' ? ['clientId: expected a text'] : [],
    clientSecret === undefined && refreshToken === undefined
      ? ['clientSecret: expected one, or a refreshToken']
      : [],
  ].flat();
  if (faults.length > 0) throw new InvalidInputError(`oauth2: ${faults.join('; ')}`);
  return options;
}

interface Asking {
  readonly call: HttpCall;
  readonly send: Send;
  readonly last: Token | undefined;
}

/** Requests a token (RFC 6749, sections 4.4 and 6). */
async function requestToken(
  { tokenUrl, clientId, scope, parameters, ...options }: OAuth2Options,
  { call, send, last }: Asking,
): Promise<Token> {
  const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  const refreshToken = last?.refreshToken ?? options.refreshToken;
  const grant = refreshToken === undefined ? 'client_credentials' : 'refresh_token';
  const asked = {
    ...parameters,
    ...(scope === undefined ? {} : { scope }),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  };
  const client = { client_id: clientId };
  const response = await genericTokenEndpointRequest(
    server,
    client,
    authenticationOf(options),
    grant,
    asked,
    {
      [customFetch]: (url, { headers, body }) =>
        post(send, call, url, { headers, body: body.toString() }),
      [allowInsecureRequests]: isLoopback(tokenUrl),
    },
  );
  const answer = await processGenericTokenEndpointResponse(server, client, response);
  const now = call.now();
  if (answer.refresh_token !== undefined) call.learnSecret('refreshToken', answer.refresh_token);
  return {
    accessToken: answer.access_token,
    issuedAt: now,
    expiresAt: answer.expires_in === undefined ? undefined : now + answer.expires_in * 1_000,
    refreshToken: answer.refresh_token ?? refreshToken,
  };
}

function authenticationOf({
  clientSecret,
  authentication = 'basic',
}: Partial<OAuth2Options>): ClientAuth {
  if (clientSecret === undefined) return None();
  return authentication === 'post'
    ? ClientSecretPost(clientSecret)
    : ClientSecretBasic(clientSecret);
}

/** Only a server on this machine may be called without TLS: the request has the credentials. */
const isLoopback = (url: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

interface Form {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Posts the form; answers that are no token are the errors of such answers. */
async function post(send: Send, call: HttpCall, url: string, form: Form): Promise<Response> {
  const signal = AbortSignal.timeout(requestMs);
  const to = new URL(url);
  const received = await send({
    ...{ method: 'POST', url: to, body: form.body, signal },
    headers: joinHeaders(commonHeaders, form.headers),
  });
  const answer = { ...received, method: 'POST', url: shownUrl(to) };
  const error = errorOf(answer, call.now());
  if (error) throw error;
  // An ID token says who the user is; nobody asks here.
  const { id_token: _, ...body } = parse(answer);
  return Response.json(body);
}

/** By 400 and 401 a server refuses the credentials or the refresh token: the secrets may have been replaced. */
function errorOf(answer: FailedAnswer, now: number): Error | undefined {
  const { error } = judgeAnswer(answer, now);
  if (answer.status !== 400 && answer.status !== 401) return error;
  return new AuthenticationError(`The token was refused: ${error?.message ?? ''}`, {
    cause: error,
  });
}

function parse({ text, url }: FailedAnswer): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Its body may be the token.
    throw new NonRetryableError(`POST ${url} answered with a token that is not JSON`);
  }
}
