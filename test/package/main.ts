// `npm run test:package`: packs the package, installs it where a user would, and does what a user does. Needs the registry,
// and an endpoint at AWS_ENDPOINT_URL to deploy to. Ends with the line `N passed, N failed`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpointVariables, findEndpoint } from '../../localstack/endpoint';
import { existingAppChecks } from './existing-app';
import { newProjectChecks } from './new-project';
import { runChecks } from './suite';
import { tarballChecks } from './tarball';

async function main(): Promise<void> {
  const endpoint = await findEndpoint(process.env);
  console.log(`Deploys to ${endpoint.title} at ${endpoint.url}`);
  const folder = await mkdtemp(join(tmpdir(), 'pollard-package-'));
  const variables = endpointVariables(endpoint.url, process.env);
  try {
    const { passed, failed } = await runChecks([
      ...tarballChecks(folder),
      ...newProjectChecks(folder, variables),
      ...existingAppChecks(folder),
    ]);
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
