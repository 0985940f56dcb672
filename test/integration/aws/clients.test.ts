import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chordStore } from '../../../shared/aws/dynamodb/chord-store';
import { lazyClients } from '../../../shared/aws/clients';
import { runNode } from '../../../shared/core/chord';
import { taskQueue } from '../../../shared/aws/sqs/task-queue';

const variables = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

jest.setTimeout(60_000);

describe('the clients', () => {
  let server: Server | undefined;
  const before = variables.map((name) => [name, process.env[name]] as const);

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  /** An endpoint that answers the n-th request with the n-th of these, the last one ever after. */
  const endpoint = async (...answers: readonly [number, string][]): Promise<string[]> => {
    const targets: string[] = [];
    server = createServer((request, response) => {
      targets.push(String(request.headers['x-amz-target']));
      request.resume().on('end', () => {
        const [status, body] = answers[targets.length - 1] ?? answers.at(-1) ?? [500, '{}'];
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${port}`;
    process.env['AWS_REGION'] = 'eu-west-1';
    process.env['AWS_ACCESS_KEY_ID'] = 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
    return targets;
  };

  it('are made once, when they are first asked for, from the environment of then', async () => {
    const clients = lazyClients();
    const targets = await endpoint([200, '{}']);
    expect(await chordStore(clients.dynamoDb(), 'control').read(runNode('r'))).toBeUndefined();
    expect(clients.dynamoDb()).toBe(clients.dynamoDb());
    expect(targets).toEqual(['DynamoDB_20120810.GetItem']);
  });

  it('try again what AWS could not answer', async () => {
    const targets = await endpoint([500, '{"__type":"InternalServerError"}'], [200, '{}']);
    await chordStore(lazyClients().dynamoDb(), 'control').read(runNode('r'));
    expect(targets).toHaveLength(2);
  });

  it('give up after four tries, with an error that says which call it was', async () => {
    const targets = await endpoint([500, '{"__type":"InternalServerError"}']);
    const store = chordStore(lazyClients().dynamoDb(), 'control');
    await expect(store.read(runNode('r'))).rejects.toMatchObject({
      name: 'StoreError',
      message: expect.stringContaining('GetItem: InternalServerError') as unknown,
      cause: expect.objectContaining({ name: 'InternalServerError' }) as unknown,
    });
    expect(targets).toHaveLength(4);
  });

  it('say so when SQS refuses messages for good', async () => {
    const refused = { Id: '0', SenderFault: true, Code: 'InvalidMessageContents', Message: 'no' };
    const targets = await endpoint([200, JSON.stringify({ Failed: [refused] })]);
    await expect(send()).rejects.toThrow('SendMessageBatch: InvalidMessageContents no');
    expect(targets).toHaveLength(1);
  });

  it('send again the messages that SQS did not take', async () => {
    const failed = { Id: '1', SenderFault: false, Code: 'InternalError' };
    const targets = await endpoint(
      [200, JSON.stringify({ Successful: [], Failed: [failed] })],
      [200, '{"Successful":[]}'],
    );
    await send();
    expect(targets).toEqual(['AmazonSQS.SendMessageBatch', 'AmazonSQS.SendMessageBatch']);
  });

  it('fail when SQS keeps taking nothing', async () => {
    const failed = ['0', '1'].map((Id) => ({ Id, SenderFault: false, Code: 'InternalError' }));
    await endpoint([200, JSON.stringify({ Successful: [], Failed: failed })]);
    await expect(send()).rejects.toThrow('2 messages were not taken');
  });
});

async function send(): Promise<void> {
  const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/000000000000/${name}`;
  const urls = {
    pages: url('pages'),
    objects: url('objects'),
    isolation: url('isolation'),
    callbacks: url('callbacks'),
    parked: url('parked'),
  };
  const task = { v: 1, task: 'callback', runId: 'r', generation: 0, reason: 'done' } as const;
  await taskQueue(lazyClients().sqs(), urls).send([{ task }, { task }]);
}
