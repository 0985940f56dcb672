import { pageNode } from '../../shared/core/chord';
import { memoryPipeline, noon, type MemoryPipelineOptions } from '../../testing/memory-pipeline';
import { deliverObjects, deliverPages } from './deliver';

type Collector = NonNullable<MemoryPipelineOptions['collector']>;

/** A run that was started, and the task of its first page. */
export async function started(collector: Collector = {}, options: MemoryPipelineOptions = {}) {
  const memory = memoryPipeline({ ...options, collector });
  await memory.start({ scheduledTime: noon });
  const [first] = memory.take('pages');
  if (!first) throw new Error('No page was sent');
  return { ...memory, memory, first: first.task };
}

/** A run whose first page was listed, the tasks of its objects, and the node of the page. */
export async function listed(collector: Collector = {}, options: MemoryPipelineOptions = {}) {
  const { memory, first: page } = await started(collector, options);
  await memory.page(page);
  const tasks = memory.take('objects').map(({ task }) => task);
  const [first] = tasks;
  if (!first) throw new Error('No objects were sent');
  const node = async () => {
    const stands = await memory.pipeline.chord.read(pageNode(page.runId, 0));
    if (!stands) throw new Error('The page was not opened');
    return stands;
  };
  return { ...memory, memory, tasks, first, node };
}

/** A run whose objects have all settled, and its callback task. */
export async function settled(collector: Collector = {}, options: MemoryPipelineOptions = {}) {
  const memory = memoryPipeline({ ...options, collector });
  await memory.start({ scheduledTime: noon });
  await deliverPages(memory);
  await deliverObjects(memory);
  const [callback] = memory.take('callbacks');
  if (!callback) throw new Error('No callback was asked for');
  return { ...memory, memory, task: callback.task };
}
