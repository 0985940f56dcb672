// fauxqs is an ES module, which Jest's own loader cannot read: it runs in a worker thread.
import { parentPort } from 'node:worker_threads';
import { buildApp } from 'fauxqs';

const app = buildApp({ logger: false });
parentPort.postMessage(await app.listen({ host: '127.0.0.1', port: 0 }));
