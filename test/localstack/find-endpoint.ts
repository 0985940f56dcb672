import { findEndpoint } from '../../localstack/endpoint';

/** The variable that tells the suite which endpoint was found. */
export const endpointVariable = 'POLLARD_SUITE_ENDPOINT';

/** Finds the endpoint before the suite starts: where there is none, there is nothing to test. */
export default async function setUp(): Promise<void> {
  const endpoint = await findEndpoint(process.env);
  process.env[endpointVariable] = JSON.stringify(endpoint);
  process.stderr.write(`${endpoint.title} at ${endpoint.url}\n`);
}
