import { describeError } from '../../core/describe-error';
import { groupBy } from '../../core/lists';
import { limits } from '../../core/limits';
import type { Run } from '../../core/run';
import { semaphore } from '../../core/semaphore';
import { isSourceFailing } from '../../core/source-failing';
import type { SettledPage } from './collect-group';
import { collectPage, type ObjectsDelivery, type Within } from './collect-page';
import type { Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { requestCallback } from '../request-callback';
import type { RunReader } from '../run-cache';
import { climbFromPages } from '../settle-members';

/** The messages that must be delivered again. */
export type FailedMessageIds = ReadonlySet<string>;

/**
 * Collects the objects of a batch of messages, all at the same time, settles them page by page, and climbs from all pages of a
 * run that are complete then.
 * @returns the messages of which something could not be saved, settled or sent back
 */
export async function collectObjects(
  pipeline: Pipeline,
  readRun: RunReader,
  deliveries: readonly ObjectsDelivery[],
  budget: TimeBudget,
): Promise<FailedMessageIds> {
  const failed = new Set<string>();
  const batch: Batch = {
    budget,
    places: semaphore(objectsAtOnce(pipeline)),
    warned: new Set(),
    orAgain: orAgain(pipeline, failed),
  };
  await Promise.all(
    [...groupBy(deliveries, ({ task }) => task.runId)].map(([runId, ofRun]) =>
      batch.orAgain(ofRun, async () => {
        const run = await readRun(runId);
        if (run) await collectRun(pipeline, run, ofRun, batch);
      }),
    ),
  );
  await pipeline.sources.flush();
  return failed;
}

/** Objects at the same time in one invocation: each fetcher of each holds a descriptor. */
function objectsAtOnce({ settings, collector }: Pipeline): number {
  const fetchers = Math.max(1, collector.fetchers.length);
  return Math.max(1, Math.min(settings.objectsAtOnce, Math.floor(limits.fetchesAtOnce / fetchers)));
}

interface Batch extends Within {
  /** Does the work of some messages, which are delivered again when it fails. */
  readonly orAgain: (of: readonly ObjectsDelivery[], work: () => Promise<void>) => Promise<void>;
}

const orAgain =
  ({ logger, redact }: Pipeline, failed: Set<string>): Batch['orAgain'] =>
  async (of, work) => {
    try {
      await work();
    } catch (error) {
      for (const { messageId } of of) failed.add(messageId);
      logger.error('Objects will be delivered again', {
        runId: of[0]?.task.runId,
        pages: [...new Set(of.map(({ task }) => task.page))],
        error: describeError(error, redact),
      });
    }
  };

/** Collects the objects of one run, page by page, and then climbs. */
async function collectRun(
  pipeline: Pipeline,
  run: Run,
  deliveries: readonly ObjectsDelivery[],
  batch: Batch,
): Promise<void> {
  const settled = new Map<number, SettledPage>();
  const pages = groupBy(deliveries, ({ task }) => task.page);
  await Promise.all(
    [...pages].map(([page, ofPage]) =>
      batch.orAgain(ofPage, async () => {
        const one = await collectPage(pipeline, run, page, ofPage, batch);
        if (one) settled.set(page, one);
      }),
    ),
  );
  const ofComplete = deliveries.filter(
    ({ task }) => settled.get(task.page)?.node.pending.length === 0,
  );
  await batch.orAgain(ofComplete, () => climbTogether(pipeline, run, settled));
}

/** Climbs from the pages that are complete, and ends a run whose source is failing. */
async function climbTogether(
  pipeline: Pipeline,
  run: Run,
  settled: ReadonlyMap<number, SettledPage>,
): Promise<void> {
  const nodes = new Map([...settled].map(([page, { node }]) => [page, node]));
  const climbs = await climbFromPages(pipeline, run, nodes);
  if (climbs.some(({ runComplete }) => runComplete)) {
    // From here to the line of onComplete is the join's tail.
    const settlingAt = Math.max(...[...settled.values()].map((page) => page.settlingAt));
    pipeline.logger.info('Last object settled', { runId: run.runId, settlingAt });
    return;
  }
  const open = [...nodes.values()].filter(({ pending }) => pending.length > 0);
  const seen = [...open, ...climbs.map(({ top }) => top)];
  if (seen.some(({ counts }) => isSourceFailing(counts, run.settings))) {
    await requestCallback(pipeline, run, 'sourceFailing');
  }
}
