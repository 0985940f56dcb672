/** The software behind an endpoint; `unknown` is neither of the two. */
export type EndpointName = 'ministack' | 'localstack' | 'unknown';

/** An endpoint that answers. */
export interface Endpoint {
  readonly url: string;
  readonly name: EndpointName;
  /** For people: such as `MiniStack 1.5.33`. */
  readonly title: string;
}

/** Says how to start an endpoint. */
export class NoEndpointError extends Error {
  override readonly name = 'NoEndpointError';
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Finds out what answers at `AWS_ENDPOINT_URL`.
 * @param waitMs how long it may take to answer: it may be starting
 * @throws NoEndpointError that says how to start one
 */
export async function findEndpoint(variables: Variables, waitMs = 20_000): Promise<Endpoint> {
  const url = variables['AWS_ENDPOINT_URL']?.replace(/\/$/, '');
  if (!url) throw new NoEndpointError(`AWS_ENDPOINT_URL is not set.\n${howToStart}`);
  const giveUpAt = Date.now() + waitMs;
  while (!(await answers(url))) {
    if (Date.now() > giveUpAt) {
      throw new NoEndpointError(`Nothing answers at ${url}.\n${howToStart}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { url, ...(await identify(url)) };
}

const howToStart = `Start an endpoint, and say where it is. MiniStack needs Python 3.10 or newer, and nothing else:

  python3 -m venv ~/.ministack && ~/.ministack/bin/pip install ministack==1.5.33
  BIND_HOST=127.0.0.1 GATEWAY_PORT=4566 LAMBDA_EXECUTOR=local IOT_MTLS_ENABLED=0 ~/.ministack/bin/ministack &

LocalStack needs Docker:

  npm run localstack:up

Then:

  export AWS_ENDPOINT_URL=http://127.0.0.1:4566
`;

async function identify(url: string): Promise<Pick<Endpoint, 'name' | 'title'>> {
  const health = (await json(`${url}/_localstack/health`)) as { version?: string } | undefined;
  const version = health?.version ?? '';
  if (await json(`${url}/_ministack/health`)) {
    return { name: 'ministack', title: `MiniStack ${version}` };
  }
  if (health) return { name: 'localstack', title: `LocalStack ${version}` };
  return { name: 'unknown', title: url };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );

async function json(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** The variables that point the CDK CLI and the SDK at an endpoint; what the shell says of them is kept. */
export function endpointVariables(url: string, shell: Variables): Record<string, string> {
  const region = shell['AWS_REGION'] ?? shell['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  return {
    AWS_ENDPOINT_URL: url,
    // With it the SDK asks for buckets by path: their names are no names of hosts here.
    AWS_ENDPOINT_URL_S3: shell['AWS_ENDPOINT_URL_S3'] ?? url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: shell['AWS_ACCESS_KEY_ID'] ?? 'test',
    AWS_SECRET_ACCESS_KEY: shell['AWS_SECRET_ACCESS_KEY'] ?? 'test',
  };
}
