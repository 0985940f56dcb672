import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelSource, SeenCall } from '../faults/models/governor/sources';
import { httpServer } from './http-server';

/** A source over HTTP on 127.0.0.1 that answers as a model does. */
export interface LimitedSource {
  readonly url: string;
  /** Returns the calls since it was last called; their times count from the very first. */
  takeCalls(): SeenCall[];
  close(): Promise<void>;
}

const statuses = { ok: 200, refused: 429, failed: 503, unknown: 503 } as const;

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
  const { url, close } = await httpServer(async () => {
    const now = Date.now();
    beganAt ??= now;
    const given = model.answer(now - beganAt);
    calls.push({ at: now - beganAt, accepted: given.kind === 'ok' });
    await sleep(model.latencyMs);
    model.done?.();
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (given.kind === 'refused' && given.waitMs !== undefined) {
      const until = new Date(Date.now() + given.waitMs).toUTCString();
      headers['retry-after'] = asDate ? until : String(given.waitMs / 1_000);
    }
    return { status: statuses[given.kind], headers, body: {} };
  });
  return { url, takeCalls: () => calls.splice(0), close };
}
