// A source with a limit in a process of its own: `fork(thisFile, [name of a poll of cases.ts])`; it answers `{ url }`.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { limitedPolls, type LimitedName } from './cases';

/** A call, in milliseconds since the first one. */
export interface SeenCall {
  readonly at: number;
  readonly accepted: boolean;
}

const source = limitedPolls[process.argv[2] as LimitedName].model();
let beganAt: number | undefined;
let calls: SeenCall[] = [];

const server = createServer((_, response) => {
  void answer(response);
});

async function answer(response: ServerResponse): Promise<void> {
  const now = Date.now();
  beganAt ??= now;
  const at = now - beganAt;
  const given = source.answer(at);
  calls.push({ at, accepted: given.kind === 'ok' });
  await sleep(source.latencyMs);
  source.done?.();
  if (given.kind === 'refused' && given.waitMs !== undefined) {
    response.setHeader('retry-after', String(given.waitMs / 1_000));
  }
  response.statusCode = given.kind === 'ok' ? 200 : given.kind === 'refused' ? 429 : 503;
  response.setHeader('content-type', 'application/json').end('{}');
}

process.on('message', () => {
  process.send?.({ calls });
  calls = [];
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
