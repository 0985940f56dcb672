import { extname, join } from 'node:path';
import type { SecretSource } from '../shared/environment';

/** TypeScript in this repository; in the package an ES module, of which esbuild takes what it needs. */
const extension = extname(__filename) === '.ts' ? '.ts' : '.mjs';

/**
 * Packages that another module replaces in the bundles of functions. The SDK's default chain brings the clients of SSO and STS,
 * which no function calls ([decision 17](../docs/decisions/0017-what-a-bundle-leaves-out.md)).
 */
export const aliases: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': join(
    __dirname,
    `../shared/aws/default-credentials${extension}`,
  ),
};

/** The constant of each service that `shared/aws/secrets.ts` reads. */
const withoutService: Readonly<Record<SecretSource['from'], string>> = {
  secretsManager: 'POLLARD_WITHOUT_SECRETS_MANAGER',
  ssm: 'POLLARD_WITHOUT_SSM',
};

/** Defines the constants by which esbuild leaves out the client of each service that has none of the secrets. */
export const definesOf = (secrets: readonly SecretSource[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(withoutService)
      .filter(([service]) => !secrets.some(({ from }) => from === service))
      .map(([, constant]) => [constant, 'true']),
  );
