import type { Run, RunReason } from '../core/run';
import { messageVersion } from '../core/task';
import type { Pipeline } from './pipeline';

/** Asks for the run's callback. Asking again is harmless. */
export async function requestCallback(
  pipeline: Pick<Pipeline, 'queue'>,
  run: Pick<Run, 'runId' | 'generation'>,
  reason: RunReason,
): Promise<void> {
  const { runId, generation } = run;
  await pipeline.queue.send([
    { task: { v: messageVersion, task: 'callback', runId, generation, reason } },
  ]);
}
