import type { MemoryPipeline } from '../../testing/memory-pipeline';

/** The messages that wait in a pipeline in memory, and the handlers `K` that they are delivered to. */
type Waiting<K extends keyof MemoryPipeline> = Pick<MemoryPipeline, 'take' | K>;

/** Delivers the page messages that wait now; the pages behind them, by token, wait then. */
export async function deliverPages({ take, page }: Waiting<'page'>): Promise<void> {
  for (const { task } of take('pages')) await page(task);
}

/** Delivers page messages until none waits: every page of the run is listed. */
export async function deliverAllPages({ take, page }: Waiting<'page'>): Promise<void> {
  for (let sent = take('pages'); sent.length > 0; sent = take('pages')) {
    for (const { task } of sent) await page(task);
  }
}

/** Delivers the object messages that wait now, as one batch. */
export async function deliverObjects({ take, objects }: Waiting<'objects'>): Promise<void> {
  await objects(take('objects').map(({ task }) => task));
}

/** Delivers the callback messages that wait now. */
export async function deliverCallbacks({ take, callback }: Waiting<'callback'>): Promise<void> {
  for (const { task } of take('callbacks')) await callback(task);
}
