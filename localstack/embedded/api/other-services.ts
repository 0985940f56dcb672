import type { IncomingMessage } from 'node:http';
import type { Asked } from '../http/server';
import { awsError, textOf, type Answer, type Body, type Call } from '../http/service';
import { askS3, escaped } from '../s3/s3-request';

/** Reads the service that a request is signed for. */
const signedFor = ({ headers }: IncomingMessage): string | undefined =>
  /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1];

/**
 * Reads a request to a service without its own protocol here: the signature names the service, and a target or a form the
 * operation. Other requests have only their method and path.
 */
export function askOther(request: IncomingMessage, content: Buffer): Asked | undefined {
  const service = signedFor(request);
  if (service === undefined) return undefined;
  if (service === 's3') return askS3(request, content);
  const { method = 'GET', url = '/', headers } = request;
  const isForm = String(headers['content-type']).startsWith('application/x-www-form-urlencoded');
  const body = isForm
    ? Object.fromEntries(new URLSearchParams(content.toString()))
    : jsonOf(content);
  const target = headers['x-amz-target'];
  const named = typeof target === 'string' ? target.replace(/.*\./, '') : textOf(body, 'Action');
  const operation = named === '' ? `${method} ${url}` : named;
  return {
    call: { service, operation, body },
    headers: (answer): Record<string, string> => ({
      'content-type': isForm ? 'text/xml' : 'application/json',
      'x-amzn-errortype': textOf(answer.body, '__type'),
    }),
    ...(isForm && { write: xmlError }),
  };
}

function jsonOf(content: Buffer): Body {
  try {
    return JSON.parse(content.toString()) as Body;
  } catch {
    // Not JSON: the service has its own format.
    return {};
  }
}

const xmlError = ({ body }: Answer): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${textOf(body, '__type')}</Code><Message>${escaped(textOf(body, 'message'))}</Message></Error></ErrorResponse>`;

/** Answers a call that is allowed but not emulated. */
export const notEmulated = ({ service, operation }: Call): Answer =>
  awsError(
    'NotImplemented',
    `${service}: ${operation} is not emulated here. The policies of the function's role allow it; try it on AWS or LocalStack.`,
    501,
  );
