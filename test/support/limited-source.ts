import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelSource, SeenCall } from '../faults/models/governor/sources';

/** A source over HTTP on 127.0.0.1, which answers as a model does. */
export interface LimitedSource {
  readonly url: string;
  /** Takes the calls that came since it was last asked; their times count from the very first. */
  takeCalls(): SeenCall[];
  close(): Promise<void>;
}

/**
 * Starts a source with a limit: 200 to what its model accepts, 429 with `Retry-After` or 503 to the rest.
 * @param asDate whether `Retry-After` is a date, not seconds
 */
export async function startLimitedSource(
  model: ModelSource,
  { asDate = false } = {},
): Promise<LimitedSource> {
  const calls: SeenCall[] = [];
  let beganAt: number | undefined;
  const answer = async (response: ServerResponse): Promise<void> => {
    const now = Date.now();
    beganAt ??= now;
    const given = model.answer(now - beganAt);
    calls.push({ at: now - beganAt, accepted: given.kind === 'ok' });
    await sleep(model.latencyMs);
    model.done?.();
    if (given.kind === 'refused' && given.waitMs !== undefined) {
      const until = new Date(Date.now() + given.waitMs).toUTCString();
      response.setHeader('retry-after', asDate ? until : String(given.waitMs / 1_000));
    }
    response.statusCode = given.kind === 'ok' ? 200 : given.kind === 'refused' ? 429 : 503;
    response.setHeader('content-type', 'application/json').end('{}');
  };
  const server = createServer((_, response) => {
    void answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    takeCalls: () => calls.splice(0),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
