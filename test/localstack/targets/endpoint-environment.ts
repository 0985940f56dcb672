import type { TargetName } from './limits';

/** An endpoint that answers. */
export interface Endpoint {
  readonly url: string;
  readonly name: TargetName;
  /** For people. */
  readonly title: string;
}

/** How long an endpoint may take to answer, in ms: it may be starting. */
const patienceMs = 20_000;

/**
 * Finds out what answers at `AWS_ENDPOINT_URL`.
 * @throws Error that says how to start one
 */
export async function findEndpoint(waitMs = patienceMs): Promise<Endpoint> {
  const url = process.env['AWS_ENDPOINT_URL']?.replace(/\/$/, '');
  if (!url) throw new Error(`AWS_ENDPOINT_URL is not set.\n${howToStart}`);
  const giveUpAt = Date.now() + waitMs;
  while (!(await answers(url))) {
    if (Date.now() > giveUpAt) throw new Error(`Nothing answers at ${url}.\n${howToStart}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { url, ...(await identify(url)) };
}

const howToStart = `Start an endpoint, and say where it is:

  python3 -m venv ~/.ministack && ~/.ministack/bin/pip install ministack==1.5.33
  BIND_HOST=127.0.0.1 GATEWAY_PORT=4566 LAMBDA_EXECUTOR=local IOT_MTLS_ENABLED=0 ~/.ministack/bin/ministack &

or LocalStack, with Docker and a token: npm run localstack:up

  AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run test:localstack
`;

async function identify(url: string): Promise<Pick<Endpoint, 'name' | 'title'>> {
  const health = await json(`${url}/_localstack/health`);
  const version = String(health?.['version'] ?? '');
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

async function json(url: string): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The variables that point the CDK CLI and the SDK at an endpoint, over those of the shell. */
export function endpointVariables(url: string): Record<string, string> {
  const { env } = process;
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  return {
    AWS_ENDPOINT_URL: url,
    // With it the SDK asks for buckets by path: their names are no names of hosts here.
    AWS_ENDPOINT_URL_S3: env['AWS_ENDPOINT_URL_S3'] ?? url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: env['AWS_ACCESS_KEY_ID'] ?? 'test',
    AWS_SECRET_ACCESS_KEY: env['AWS_SECRET_ACCESS_KEY'] ?? 'test',
  };
}
