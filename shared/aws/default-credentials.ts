import { fromEnv } from '@aws-sdk/credential-provider-env';
import { fromHttp, type FromHttpOptions } from '@aws-sdk/credential-provider-http';
import {
  doesIdentityRequireRefresh,
  isIdentityExpired,
  memoizeIdentityProvider,
} from '@smithy/core';

/** The options of a client that matter to its credentials. */
export interface DefaultProviderInit extends FromHttpOptions {
  readonly profile?: string;
}

/**
 * Makes the default credentials of the SDK clients in a function's bundle, in place of `@aws-sdk/credential-provider-node`
 * (`infra/leave-out.ts`): from the variables that Lambda sets, or, where it sets an address instead, from there.
 * A provider throws what `fromEnv` and `fromHttp` throw, and an error for a client with a `profile`, which no function has.
 */
export const defaultProvider = (init: DefaultProviderInit = {}) =>
  memoizeIdentityProvider(
    async () => {
      const { profile } = init;
      if (profile !== undefined) throw new Error(noProfiles(profile));
      return isContainer() ? fromHttp(init)() : fromEnv(init)();
    },
    isIdentityExpired,
    doesIdentityRequireRefresh,
  );

const isContainer = (): boolean =>
  !process.env['AWS_ACCESS_KEY_ID'] &&
  Boolean(
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ??
    process.env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
  );

const noProfiles = (profile: string): string =>
  `profile: a function has no shared AWS profiles, got ${profile}: ` +
  'give the client `credentials`, such as fromIni() of @aws-sdk/credential-providers';
