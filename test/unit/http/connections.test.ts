import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openConnections, type Send } from '../../../shared/http/connections';
import { http2Server, httpServer, type HttpTestServer } from '../../support/http-server';

const pem = (name: string) =>
  readFileSync(join(__dirname, '..', '..', 'support', 'tls', `${name}.pem`), 'utf8');
const [cert, key] = [pem('cert'), pem('key')];

const { signal } = new AbortController();
setMaxListeners(0, signal);
const get = (send: Send, url: string) =>
  send({ method: 'GET', url: new URL(url), headers: {}, body: undefined, signal });

describe('connections', () => {
  let server: HttpTestServer;
  afterEach(() => server.close());

  it('are of HTTP/2 where the server offers it, and then one takes all requests', async () => {
    server = await http2Server(({ httpVersion }) => ({ body: { httpVersion } }), { cert, key });
    const send = openConnections(1_000_000, { ca: cert });
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, at) => get(send, `${server.url}/${at}`)),
    );
    expect(all.every(({ text }) => text === '{"httpVersion":"2.0"}')).toBe(true);
    expect(server.connections()).toBe(1);
  });

  it('end a request of HTTP/2 when its signal aborts, and take the next one', async () => {
    server = await http2Server(({ path }) => (path === '/never' ? 'never' : { body: {} }), {
      cert,
      key,
    });
    const send = openConnections(1_000_000, { ca: cert });
    await get(send, `${server.url}/a`);
    const controller = new AbortController();
    const request = send({
      ...{ method: 'GET', url: new URL(`${server.url}/never`), headers: {}, body: undefined },
      signal: controller.signal,
    });
    controller.abort(new Error('over'));
    await expect(request).rejects.toThrow('over');
    expect((await get(send, `${server.url}/b`)).status).toBe(200);
  });

  it('are new ones after the server has closed those that were idle', async () => {
    server = await httpServer(() => ({ body: {} }));
    const send = openConnections(1_000_000);
    await get(send, `${server.url}/a`);
    server.closeConnections();
    await new Promise((resolve) => setImmediate(resolve));
    expect((await get(send, `${server.url}/b`)).status).toBe(200);
  });

  describe('with a proxy in the environment', () => {
    const names = ['HTTP_PROXY', 'NO_PROXY'] as const;
    afterEach(() => {
      for (const name of names) Reflect.deleteProperty(process.env, name);
    });

    it('go through it, but for the hosts of NO_PROXY', async () => {
      server = await httpServer(() => ({ body: {} }));
      const tunnels: string[] = [];
      const proxy = createServer();
      proxy.on('connect', ({ url = '' }, socket) => {
        tunnels.push(url);
        const [host = '', port] = url.split(':');
        const upstream = connect(Number(port), host, () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          upstream.pipe(socket).pipe(upstream);
        });
        upstream.on('error', () => socket.destroy());
        socket.on('error', () => upstream.destroy());
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      process.env['HTTP_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      expect((await get(openConnections(1_000_000), `${server.url}/a`)).status).toBe(200);
      expect(tunnels).toEqual([server.url.replace('http://', '')]);

      process.env['NO_PROXY'] = '127.0.0.1';
      expect((await get(openConnections(1_000_000), `${server.url}/b`)).status).toBe(200);
      expect(tunnels).toHaveLength(1);
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    });
  });
});
