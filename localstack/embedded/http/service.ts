/** A service of the embedded cloud whose calls are counted. */
export type ServiceName = 'sqs' | 'dynamodb' | 'lambda' | 'ssm' | 'secretsmanager' | 'events';

/** A request's or answer's body. */
export type Body = Record<string, unknown>;

/** One request. */
export interface Call {
  /** A `ServiceName`, `s3`, or the name of another service that requests to it are signed for. */
  readonly service: string;
  /** AWS's name of the operation, such as `SendMessageBatch`. */
  readonly operation: string;
  readonly body: Body;
  /** `client` came over HTTP, from a function or from elsewhere; `mapping` is Lambda polling a queue. */
  readonly source: 'client' | 'mapping';
  /** The access key of the request's signature. @default - it has none, or is Lambda's own */
  readonly accessKey?: string | undefined;
  /** Fires when the caller has hung up. */
  readonly signal?: AbortSignal;
}

/** The answer of a service. */
export interface Answer {
  /** HTTP status. */
  readonly status: number;
  readonly body: Body;
}

/** Answers calls. */
export type Handle = (call: Call) => Promise<Answer>;

/**
 * Stands between client and service. Not calling `proceed` refuses the request (answer with `awsError`); `dropped` after
 * `proceed` loses the answer of a request that took effect: the connection breaks. `proceed` may be called more than once,
 * and with another body.
 */
export type Interceptor = (
  call: Call,
  proceed: (body?: Body) => Promise<Answer>,
) => Promise<Answer | 'dropped'>;

/** The text of a field of a body; `otherwise` where it is absent or no text. */
export function textOf(body: Body, field: string, otherwise = ''): string {
  const value = body[field];
  return typeof value === 'string' ? value : otherwise;
}

/** An error as AWS answers it. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's name of the error, such as `ThrottlingException`. */
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** Returns the answer for an error. */
export const awsError = (type: string, message: string, status = 400): Answer => ({
  status,
  body: { __type: type, message },
});

/** The answer to a call that a service takes, in its own words when it refuses. */
export async function answered(work: () => Promise<Body> | Body): Promise<Answer> {
  try {
    return { status: 200, body: await work() };
  } catch (error) {
    if (error instanceof AwsError) return awsError(error.type, error.message, error.status);
    throw error;
  }
}
