import { awsError, type Answer, type Call } from '../http/service';
import type { Authorizer } from '../iam/authorizer';
import { loadBuckets, type FauxApp, type FauxReply, type FauxRoute } from '../sqs/fauxqs';
import { isEmulated, neededToMiss, type S3Request } from './s3-request';

/** S3: the operations of fauxqs on the buckets of the template, in memory. */
export interface S3 {
  handle(call: Call): Promise<Answer | undefined>;
}

/** Creates S3, whose first call loads it with empty buckets. `handle` answers `undefined` to an operation that is not emulated. */
export function emulatedS3(buckets: readonly string[], access: Authorizer): S3 {
  let loading: ReturnType<typeof loadRoutes> | undefined;
  return {
    handle: async (call) => {
      const { operation, body } = call;
      const { method, bucket, key, query, headers, content } = body as S3Request;
      const routes = await (loading ??= loadRoutes(buckets));
      const route = routes.get(`${method} ${bucket === '' ? 'account' : 'bucket'}`);
      if (!route || !isEmulated(operation)) return undefined;
      const { reply, answer } = replyOf();
      await route({ params: { bucket, '*': key }, query, headers, body: content }, reply);
      return hidingAbsence(call, answer(), access);
    },
  };
}

/** Loads the routes of fauxqs, by method and by whether the path names a bucket. */
async function loadRoutes(buckets: readonly string[]): Promise<ReadonlyMap<string, FauxRoute>> {
  const routes = new Map<string, FauxRoute>();
  // Two routes are registered for a bucket, the later one with a slash at its end: it serves both.
  const add = (method: string) => (url: string, route: FauxRoute) => {
    routes.set(`${method} ${url === '/' ? 'account' : 'bucket'}`, route);
  };
  const app: FauxApp = {
    put: add('PUT'),
    head: add('HEAD'),
    delete: add('DELETE'),
    post: add('POST'),
    route: ({ method, url, handler }) => {
      add(method)(url, handler);
    },
  };
  await loadBuckets(buckets, app);
  return routes;
}

/** Has S3 say that an object is absent only to a caller that may list its bucket. */
function hidingAbsence({ accessKey, operation, body }: Call, answer: Answer, access: Authorizer) {
  const isAbsent = answer.status === 404 && /^(Get|Head)Object$/.test(operation);
  if (!isAbsent || accessKey === undefined) return answer;
  const refusal = access.callRefusal(accessKey, neededToMiss(body as S3Request));
  return refusal === undefined ? answer : awsError('AccessDenied', refusal, 403);
}

/** Makes the reply that a route writes to, and reads the answer from it. */
function replyOf(): { readonly reply: FauxReply; readonly answer: () => Answer } {
  const headers: Record<string, string> = {};
  let status = 200;
  let content: string | Buffer = '';
  const reply: FauxReply = {
    header: (name, value) => {
      headers[name] = String(value);
    },
    status: (code) => {
      status = code;
      return reply;
    },
    send: (body = '') => {
      content = body;
    },
  };
  return { reply, answer: () => ({ status, body: { headers, content } }) };
}
