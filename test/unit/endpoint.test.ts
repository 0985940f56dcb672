import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { endpointVariables, findEndpoint } from '../../localstack/endpoint';

let server: Server;
let url: string;
/** What the endpoint answers, by path; all else is 404. */
let answers: Readonly<Record<string, object>>;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const health = '/_localstack/health';

describe('what answers at AWS_ENDPOINT_URL', () => {
  it.each([
    ['ministack', 'MiniStack 1.5', { [health]: { version: '1.5' }, '/_ministack/health': {} }],
    ['localstack', 'LocalStack 4.14.0', { [health]: { version: '4.14.0' } }],
  ])('is %s by its health', async (name, title, given) => {
    answers = given;
    expect(await findEndpoint({ AWS_ENDPOINT_URL: `${url}/` })).toEqual({ url, name, title });
  });

  it('may be something of which nothing is known', async () => {
    answers = {};
    expect(await findEndpoint({ AWS_ENDPOINT_URL: url })).toEqual({
      url,
      name: 'unknown',
      title: url,
    });
  });

  it.each([
    ['AWS_ENDPOINT_URL is not set', {}],
    ['Nothing answers at http://127.0.0.1:9', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }],
  ])('is missed with how to start it: %s', async (message, variables) => {
    const found = findEndpoint(variables, 0);
    await expect(found).rejects.toThrow(message);
    await expect(found).rejects.toThrow(/pip install ministack==.*npm run localstack:up/s);
  });
});

describe('the variables for an endpoint', () => {
  it('ask for buckets by path, with an account and region made up', () => {
    expect(endpointVariables('http://e', {})).toEqual({
      AWS_ENDPOINT_URL: 'http://e',
      AWS_ENDPOINT_URL_S3: 'http://e',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  });

  it('are the shell’s own where it has them', () => {
    const shell = { AWS_DEFAULT_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: '111122223333' };
    expect(endpointVariables('http://e', shell)).toMatchObject({
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: '111122223333',
    });
  });
});
