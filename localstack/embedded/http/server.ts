import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { listenOnLoopback, loopbackHttp1 } from '../../loopback';
import type { Answer, Body, Call, Handle, Interceptor, ServiceName } from './service';

/** A server on the loopback interface. */
export interface LocalServer {
  /** Such as `http://127.0.0.1:40123`, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** The call that a request makes, and the headers of its answer in addition to the usual ones. */
export interface Asked {
  readonly call: Omit<Call, 'signal' | 'source' | 'accessKey'>;
  readonly headers?: (answer: Answer) => Record<string, string>;
  /** How the body is written. @default - as JSON */
  readonly write?: (answer: Answer) => string | Buffer;
}

/** Reads the call of a request from its head and its whole body; `undefined` is answered with 404. */
export type Ask = (request: IncomingMessage, body: Buffer) => Asked | undefined;

/**
 * Serves AWS's JSON protocols. Each request's body is read once; errors of ours are answered with 500.
 * @param port @default - any free one
 */
export async function serve(ask: Ask, handle: Handle, port?: number): Promise<LocalServer> {
  // The SDK keeps connections; a server that closes an idle one races with its next request.
  const patient = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 };
  const server = loopbackHttp1(patient, (request, response) => {
    void respond(ask, handle, request, response);
  });
  return { url: await listenOnLoopback(server, backlog, port), close: () => close(server) };
}

/** Connections that may wait: all environments of a run connect in one instant. */
const backlog = 4_096;

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });

async function respond(
  ask: Ask,
  handle: Handle,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const asked = ask(request, await read(request));
    if (!asked) {
      send(response, { status: 404, body: { __type: 'UnknownOperationException' } }, {});
      return;
    }
    const { call, headers, write } = asked;
    const gone = call.operation === 'ReceiveMessage' ? goneSignal(response) : undefined;
    const accessKey = accessKeyIn(request);
    const answer = await handle({
      ...call,
      source: 'client',
      accessKey,
      ...(gone && { signal: gone }),
    });
    send(response, answer, headers?.(answer) ?? {}, write);
  } catch (error) {
    if (error instanceof DroppedError) {
      request.socket.destroy();
      return;
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    send(response, { status: 500, body: { __type: 'InternalServerError', message } }, {});
  }
}

/** The access key that a request is signed with. */
const accessKeyIn = ({ headers }: IncomingMessage): string | undefined =>
  /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];

/** Fires when the client hangs up: a long poll must not take messages for nobody. */
function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function read(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('error', reject);
    request.once('end', () => {
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks));
    });
  });
}

function send(
  response: ServerResponse,
  answer: Answer,
  headers: Record<string, string>,
  write?: Asked['write'],
): void {
  if (response.destroyed) return;
  const text = write ? write(answer) : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(text);
}

/** Asks by POST with `x-amz-target: <prefix>.<operation>` and a JSON body. */
export const askByTarget =
  (
    service: ServiceName | ((prefix: string) => ServiceName | undefined),
    headers?: Asked['headers'],
  ): Ask =>
  (request, body) => {
    if (request.method !== 'POST') return undefined;
    const target = String(request.headers['x-amz-target'] ?? '');
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, Math.max(0, dot));
    const name = typeof service === 'function' ? service(prefix) : service;
    if (!name) return undefined;
    const parsed = (body.length === 0 ? {} : JSON.parse(body.toString())) as Body;
    const call = { service: name, operation: target.slice(dot + 1), body: parsed };
    return headers ? { call, headers } : { call };
  };

/** Thrown to break the connection instead of answering. */
export class DroppedError extends Error {
  override readonly name = 'DroppedError';
}

/** Puts an interceptor before a service. @throws DroppedError when it loses the answer */
export function intercepted(interceptor: Interceptor | undefined, handle: Handle): Handle {
  if (!interceptor) return handle;
  return async (call) => {
    const answer = await interceptor(call, (body) => handle(body ? { ...call, body } : call));
    if (answer === 'dropped') throw new DroppedError(`${call.service} ${call.operation}`);
    return answer;
  };
}
