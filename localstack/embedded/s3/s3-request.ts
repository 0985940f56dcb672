import type { IncomingMessage } from 'node:http';
import type { Asked } from '../http/server';
import { textOf, type Body } from '../http/service';
import type { Needed } from '../iam/needed';

/** A request to S3, by the path: `/<bucket>/<key>`. */
export interface S3Request extends Body {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly content: Buffer;
}

/** Query parameters that do not change the operation of a request. */
const plain =
  /^(x-id|list-type|prefix|delimiter|marker|max-keys|start-after|continuation-token|encoding-type|fetch-owner|response-.*)$/;
/** Query parameters of the operations below. */
const multipart: ReadonlySet<string> = new Set(['uploads', 'uploadId', 'partNumber', 'delete']);

/** Reads a request to S3. */
export function askS3(request: IncomingMessage, content: Buffer): Asked {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [bucket = '', ...key] = pathname.slice(1).split('/').map(decodeURIComponent);
  const body: S3Request = {
    method: request.method ?? 'GET',
    bucket,
    key: key.join('/'),
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    content,
  };
  return {
    call: { service: 's3', operation: operationOf(body), body },
    headers: (answer) => ({
      'content-type': 'application/xml',
      ...(answer.body['headers'] as Record<string, string> | undefined),
    }),
    write: ({ body: answer }) =>
      answer['__type'] === undefined
        ? (answer['content'] as string | Buffer)
        : xmlError(textOf(answer, '__type'), textOf(answer, 'message')),
  };
}

/** Writes an error as S3 answers it. */
const xmlError = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;

/** Escapes a text for XML. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The operation of a request by its method and path, then its operation in a multipart upload. */
const operations: Readonly<Record<string, readonly [string, string?]>> = {
  'GET account': ['ListBuckets'],
  'GET bucket': ['ListObjects'],
  'HEAD bucket': ['HeadBucket'],
  'POST bucket': ['DeleteObjects'],
  'PUT key': ['PutObject', 'UploadPart'],
  'POST key': ['CreateMultipartUpload', 'CompleteMultipartUpload'],
  'DELETE key': ['DeleteObject', 'AbortMultipartUpload'],
  'GET key': ['GetObject'],
  'HEAD key': ['HeadObject'],
};

/** Returns AWS's name of an operation that is emulated, or the method and query of another one, such as `GET /?acl`. */
function operationOf({ method, bucket, key, query, headers }: S3Request): string {
  const other = Object.keys(query).find((name) => !plain.test(name) && !multipart.has(name));
  if (other !== undefined) return `${method} /?${other}`;
  const place = key !== '' ? 'key' : bucket !== '' ? 'bucket' : 'account';
  const [whole, part] = operations[`${method} ${place}`] ?? [`${method} /`];
  if (whole === 'PutObject' && headers['x-amz-copy-source'] !== undefined) return 'CopyObject';
  return query['uploadId'] === undefined ? whole : (part ?? whole);
}

/** The action that allows each operation; those that are not here are not emulated. */
const actions: Readonly<Record<string, string>> = {
  ListBuckets: 'ListAllMyBuckets',
  ListObjects: 'ListBucket',
  HeadBucket: 'ListBucket',
  DeleteObjects: 'DeleteObject',
  UploadPart: 'PutObject',
  PutObject: 'PutObject',
  CopyObject: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  DeleteObject: 'DeleteObject',
  AbortMultipartUpload: 'AbortMultipartUpload',
  GetObject: 'GetObject',
  HeadObject: 'GetObject',
};

/** Says whether an operation is emulated. */
export const isEmulated = (operation: string): boolean => Object.hasOwn(actions, operation);

const arnOf = (path: string): string => `arn:aws:s3:::${path}`;

/** Returns the permissions that a call needs. */
export function neededForS3(operation: string, body: Body): readonly Needed[] {
  const { bucket, key, headers, content } = body as S3Request;
  const action = `s3:${actions[operation] ?? operation}`;
  if (action === 's3:ListAllMyBuckets') return [{ action, resource: '*' }];
  if (operation === 'DeleteObjects') {
    const keys = [...content.toString().matchAll(/<Key>([^<]*)<\/Key>/g)];
    return keys.map(([, each = '']) => ({ action, resource: arnOf(`${bucket}/${each}`) }));
  }
  const needed: Needed[] = [{ action, resource: arnOf(key === '' ? bucket : `${bucket}/${key}`) }];
  if (operation === 'CopyObject') {
    const source = decodeURIComponent(String(headers['x-amz-copy-source'])).replace(/^\//, '');
    needed.push({ action: 's3:GetObject', resource: arnOf(source) });
  }
  return needed;
}

/** Returns the permission without which S3 does not say that an object is absent. */
export const neededToMiss = ({ bucket }: S3Request): Needed => ({
  action: 's3:ListBucket',
  resource: arnOf(bucket),
});
