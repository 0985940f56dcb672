import { checkListing } from '../../collector/check-page';
import type { Manifest } from '../../core/ports/page-store';
import type { Run } from '../../core/run';
import type { PageTask } from '../../core/task';
import { callContext, contextOf } from '../context';
import { takeTurn } from '../governor/governed-call';
import { startRace } from '../object/race';
import type { Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { fingerprint } from './fingerprint';
import { copyPageData, putPageData } from './page-data';
import { continued, isRedriven, leftOfPage } from './redrive';

/** Lists a page, or takes what is left of it from the run that is redriven. */
export async function listFromSource(
  pipeline: Pipeline,
  run: Run,
  task: PageTask,
  budget: TimeBudget,
): Promise<Manifest> {
  if (!isRedriven(run, task.page)) return listAt(pipeline, run, task, budget);
  const left = await leftOfPage(pipeline, run, task.page);
  if (left.kind === 'listed') return copyPageData(pipeline, run, task.page, left);
  const { settled, ...place } = left;
  const manifest = await listAt(pipeline, run, { ...task, ...place }, budget);
  const objects = manifest.objects.filter((id) => !settled.has(id));
  return { ...continued(run, task.page, manifest), objects };
}

type PageToList = Pick<
  PageTask,
  'page' | 'pageToken' | 'carry' | 'total' | 'objectsBefore' | 'remembered' | 'pageBefore'
>;

async function listAt(
  pipeline: Pipeline,
  run: Run,
  { page, pageToken, carry, total, objectsBefore = 0, remembered, pageBefore }: PageToList,
  budget: TimeBudget,
): Promise<Manifest> {
  const { collector } = pipeline;
  const context = await contextOf(pipeline, run);
  const governed = await takeTurn(pipeline.sources.gateFor(), {
    what: `page ${page}`,
    until: budget.workUntil,
  });
  const race = startRace(budget, pipeline.now);
  const listed = await governed(() =>
    race('listPage', collector.listTimeoutMs, (signal) =>
      collector.listPage({
        ...callContext(pipeline, context, signal, { turns: 1 }),
        pageNumber: page,
        pageToken,
        carry,
      }),
    ),
  );
  const asked = {
    page,
    pageToken,
    total,
    objectsBefore,
    remembered,
    pageBefore,
    numbered: run.pageCount !== undefined,
    maxPages: run.settings.maxPages,
  };
  const { manifest, data } = checkListing(listed, asked, fingerprint, pipeline.redact);
  return putPageData(pipeline, run, page, manifest, data);
}
