import { oneLine } from './terminal/printable';

/** Where a command looked, for what to say when AWS refuses. */
export interface Where {
  readonly region: string | undefined;
  readonly endpointUrl: string | undefined;
}

/** Names of errors by which AWS, or its SDK, says that it does not know who asks. */
const credentialErrors: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

/** An error in one line that says what to do about it; `undefined` for one that is a bug of ours. */
export function explain(error: unknown, where: Where): string | undefined {
  for (const each of causesOf(error)) {
    const line = explainOne(each, where);
    if (line !== undefined) return oneLine(line).trim();
  }
  return undefined;
}

/** The error and what caused it, the outermost first: what our stores throw keeps what AWS threw. */
function* causesOf(error: unknown): Generator<Error> {
  for (let each = error; isError(each); each = each.cause) {
    yield each;
    const { errors } = each as { readonly errors?: unknown };
    if (Array.isArray(errors)) yield* errors.filter(isError);
  }
}

/** Not by `instanceof`: what Node's own modules throw need not be of our realm. */
const isError = (value: unknown): value is Error =>
  typeof value === 'object' && value !== null && 'name' in value && 'message' in value;

function explainOne(error: Error, where: Where): string | undefined {
  const { name, message } = error;
  if (name === 'UsageError' || name === 'FunctionError') return message;
  if (/region is missing/i.test(message)) {
    return 'no AWS region is known: give --region, or set AWS_REGION';
  }
  if (
    name === 'ProfileNotFoundError' ||
    message.startsWith('Could not resolve credentials using profile')
  ) {
    return `${message}: is the --profile one of ~/.aws/config?`;
  }
  if (credentialErrors.has(name)) {
    return `AWS does not accept the credentials (${name}: ${message}): log in again, or choose a --profile`;
  }
  if (name.startsWith('AccessDenied') || name === 'NotAuthorized') {
    return `missing permission: ${message}: ask for it, or choose another --profile`;
  }
  if (name === 'ResourceNotFoundException') {
    return `${message}: what the stack published is gone ${placeOf(where)}; deploy it again`;
  }
  if (name === 'QueueDoesNotExist') return `${message}: deploy the stack again ${placeOf(where)}`;
  return explainConnection(error, where);
}

function explainConnection(error: Error, where: Where): string | undefined {
  const said = (error as NodeJS.ErrnoException).code ?? '';
  const code = connectionCodes.has(said)
    ? said
    : ([...connectionCodes].find((each) => error.message.includes(each)) ?? '');
  if (code === '' && error.name !== 'TimeoutError') return undefined;
  const url = where.endpointUrl;
  return url === undefined
    ? `AWS cannot be reached (${error.message}): is the network up, and the region ${where.region ?? ''} right?`
    : `nothing answers at ${url} (${code === '' ? error.message : code}): is it up? The embedded cloud is kept up by: npm start -- --keep`;
}

const placeOf = ({ region, endpointUrl }: Where): string =>
  endpointUrl === undefined ? `from ${region ?? 'this region'}` : `from ${endpointUrl}`;
