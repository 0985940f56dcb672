import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { functionBundling } from '../support/bundling';
import { httpServer, type HttpTestServer } from '../support/http-server';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'pollard-sdk-clients-'));
const bundle = join(folder, 'index.js');
const sharedFile = join(folder, 'credentials');
let server: HttpTestServer;

/** A collector's use of an SDK client of its own. It prints the name and the message of an error. */
const source = `
  import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';
  import { fromIni } from '@aws-sdk/credential-provider-ini';
  const { PROFILE: profile, FROM_INI } = process.env;
  const credentials = FROM_INI && fromIni({ profile: FROM_INI });
  const client = new S3Client({ forcePathStyle: true, maxAttempts: 1, profile, credentials });
  client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' })).catch(({ name, message }) =>
    console.log(name + ': ' + message));
`;

beforeAll(async () => {
  await build({
    ...functionBundling,
    stdin: { contents: source, resolveDir: join(__dirname, '..', '..') },
    outfile: bundle,
  });
  writeFileSync(sharedFile, '[other]\naws_access_key_id = PROFILE\naws_secret_access_key = s\n');
  server = await httpServer(({ path }) =>
    path.startsWith('/container')
      ? {
          body: {
            ...{ AccessKeyId: 'CONTAINER', SecretAccessKey: 's', Token: 'token of a container' },
            Expiration: new Date(Date.now() + 3_600_000).toISOString(),
          },
        }
      : {},
  );
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Runs the bundle; returns the key and the session token that it signed with, and what it printed. */
async function signedWith(env: Readonly<Record<string, string>>) {
  server.received.length = 0;
  const { stdout } = await run(process.execPath, [bundle], {
    env: {
      ...{ AWS_ENDPOINT_URL: server.url, AWS_REGION: 'eu-west-1', HOME: folder },
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...env,
    },
  });
  const signed = server.received.find(({ path }) => path.startsWith('/bucket/key'))?.headers;
  return {
    key: /Credential=(\w+)\//.exec(signed?.authorization ?? '')?.[1],
    token: signed?.['x-amz-security-token'],
    printed: stdout.trim(),
  };
}

const lambda = { AWS_ACCESS_KEY_ID: 'LAMBDA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' };

describe('a client of the SDK that a collector makes itself, in a bundle', () => {
  it('signs with the credentials that Lambda puts into the environment', async () => {
    expect(await signedWith(lambda)).toEqual({ key: 'LAMBDA', token: 't', printed: '' });
  });

  it('signs with those of the address in the environment, where it has no others', async () => {
    const container = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/container` };
    expect(await signedWith(container)).toEqual({
      ...{ key: 'CONTAINER', token: 'token of a container', printed: '' },
    });
    expect((await signedWith({ ...container, ...lambda })).key).toBe('LAMBDA');
  });

  it('signs with the credentials that the collector gives it', async () => {
    const own = { FROM_INI: 'other', AWS_SHARED_CREDENTIALS_FILE: sharedFile };
    expect(await signedWith({ ...lambda, ...own })).toMatchObject({ key: 'PROFILE', printed: '' });
  });

  it('fails where it has no credentials, or would need a profile, with an error that says so', async () => {
    expect((await signedWith({})).printed).toBe(
      'CredentialsProviderError: Unable to find environment variable credentials.',
    );
    const { printed, key } = await signedWith({ ...lambda, PROFILE: 'other' });
    expect(key).toBeUndefined();
    expect(printed).toBe(
      'Error: profile: a function has no shared AWS profiles, got other: ' +
        'give the client `credentials`, such as fromIni() of @aws-sdk/credential-providers',
    );
  });
});
