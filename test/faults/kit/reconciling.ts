import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelineUnderTest } from './pipeline-under-test';

/** Has reconcile walk every second while something is done; walks do not overlap. */
export async function whileReconciling<T>(
  pipelineUnderTest: PipelineUnderTest,
  work: () => Promise<T>,
): Promise<T> {
  const stop = startReconciling(pipelineUnderTest);
  try {
    return await work();
  } finally {
    stop();
  }
}

/** Has reconcile walk every second. @returns what stops it */
export function startReconciling(pipelineUnderTest: PipelineUnderTest): () => void {
  const stop = new AbortController();
  void (async () => {
    for (;;) {
      await sleep(1_000);
      if (stop.signal.aborted) return;
      await pipelineUnderTest.reconcile().catch(() => undefined);
    }
  })();
  return () => {
    stop.abort();
  };
}
