import type { Collector } from '../../collector/definition';
import { branchNode, branchOf, runNode } from '../../core/chord';
import { InvalidInputError, isStoreError } from '../../core/errors';
import * as guarded from '../../core/guards';
import type { JsonValue } from '../../core/json';
import { limits } from '../../core/limits';
import { chunksOf } from '../../core/lists';
import type { PageStore } from '../../core/ports/page-store';
import { isFinal, type Run, type RunRequest, type RunSource } from '../../core/run';
import { messageVersion } from '../../core/task';
import { latestTime } from '../../core/time';
import { countPages } from './count-pages';
import { endLease } from '../callback/end-lease';
import { pageTask } from '../page/page-task';
import { pauseAfterFailures } from '../callback/pause-after-failures';
import { expiryOf, type Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { inheritedFrom } from '../page/redrive';
import { requestCallback } from '../request-callback';
import { putRunData } from '../run-data';

/** Manifests read at the same time. */
const readsAtOnce = 50;

/**
 * Starts a run whose lease is ours (or that needs none): active item → run → branch and run nodes → page tasks. Each
 * step may be done already, so that the next call continues after a crash.
 * @returns whether this call started it
 * @throws what `pageCount` throws, the lease released; StoreError
 */
export async function startRun(
  pipeline: Pipeline,
  request: RunRequest,
  budget: TimeBudget,
): Promise<'started' | 'alreadyStarted'> {
  const { runs, collector } = pipeline;
  const [known, state] = await Promise.all([
    runs.readRun(request.runId),
    runs.readState(collector.name, latestTime(pipeline.now())),
    runs.putActive(request, pipeline.now()),
  ]);
  const { run, isNew } = known
    ? { run: known, isNew: false }
    : await writeRunOrLetGo(pipeline, request, state, budget);
  const { redriveOf, runId } = run;
  if (redriveOf !== undefined) {
    await runs.setRedrivenBy(redriveOf, runId);
  }
  if (isFinal(run.status)) await startNext(pipeline, run, budget);
  if (run.status === 'RUNNING') await openAndSend(pipeline, run, !isNew);
  return isNew ? 'started' : 'alreadyStarted';
}

/**
 * Lets go of what a run held that ended, or was never written, and starts the tick that waited for it. The run is counted
 * first, for it may pause the pipeline.
 */
export async function startNext(
  pipeline: Pipeline,
  ended: Run | RunRequest,
  budget: TimeBudget,
): Promise<void> {
  if (guarded.pauseBeforeHandOver) await countEnded(pipeline, ended);
  const next = await endLease(pipeline, ended);
  if (next) await startRun(pipeline, next, budget);
  if (!guarded.pauseBeforeHandOver) await countEnded(pipeline, ended);
  await pipeline.runs.deleteActive(ended.runId);
}

/** A run that was never written counts for nothing. */
async function countEnded(pipeline: Pipeline, ended: Run | RunRequest): Promise<void> {
  if ('status' in ended) await pauseAfterFailures(pipeline, ended);
}

/** A run that is stored, and whether this start stored it: two starts may write it at the same time. */
interface WrittenRun {
  readonly run: Run;
  readonly isNew: boolean;
}

/** A collector that cannot say how many pages there are has no run; what waits behind it may. */
async function writeRunOrLetGo(
  pipeline: Pipeline,
  request: RunRequest,
  state: JsonValue | undefined,
  budget: TimeBudget,
): Promise<WrittenRun> {
  try {
    return await writeRun(pipeline, request, state, budget);
  } catch (error) {
    if (isStoreError(error)) throw error;
    // Another start of the same tick may have written the run, which may even have ended.
    const written = await pipeline.runs.readRun(request.runId);
    if (written) return { run: written, isNew: false };
    await startNext(pipeline, request, budget);
    throw error;
  }
}

async function writeRun(
  pipeline: Pipeline,
  request: RunRequest,
  state: JsonValue | undefined,
  budget: TimeBudget,
): Promise<WrittenRun> {
  const { collector, settings, runs } = pipeline;
  const startedAt = pipeline.now();
  const draft: Run = {
    ...request,
    collector: collector.name,
    status: 'RUNNING',
    generation: 0,
    v: messageVersion,
    startedAt,
    deadline: startedAt + settings.runDeadlineSeconds * 1_000,
    settings: {
      ...settings,
      attempts: collector.attempts,
      maxPages: collector.maxPages,
      totalTolerance: collector.totalTolerance,
      distinct: collector.distinct,
      listing: collector.listing,
      lastingUntil: await lastingUntil(pipeline),
      source: sourceOf(collector),
    },
  };
  const run = { ...draft, ...(await givenTo(pipeline, draft, request, state, budget)) };
  await renewLease(pipeline, request, budget);
  const stored = await runs.putRun(run, expiryOf(run));
  return { run: stored, isNew: stored === run };
}

/** The limits of the source, for those who look at the run: they have no collector. */
const sourceOf = ({ source }: Collector): RunSource =>
  source === undefined
    ? { kind: 'unlimited' }
    : {
        kind: 'limited',
        requestsPerSecond: source.limits.requestsPerSecond,
        perKey: source.key !== undefined,
      };

/** Runs that list all objects look for records without expiry for as long as one is remembered that listed changes. */
async function lastingUntil({ collector, runs, now }: Pipeline): Promise<number | undefined> {
  if (collector.listing === 'changes') return undefined;
  const [before] = await runs.listRuns(collector.name, 1);
  const until =
    before?.settings.listing === 'changes' ? expiryOf(before) : before?.settings.lastingUntil;
  return until !== undefined && until * 1_000 > now() ? until : undefined;
}

/** The properties of a run besides its request: a redrive inherits them from the run that it redrives. */
async function givenTo(
  pipeline: Pipeline,
  draft: Run,
  request: RunRequest,
  state: JsonValue | undefined,
  budget: TimeBudget,
): Promise<Partial<Run>> {
  const { runId, redriveOf } = draft;
  const expiresAt = expiryOf(draft);
  if (redriveOf !== undefined) return inheritedFrom(pipeline, draft, redriveOf, expiresAt);
  const { stateKey } = await putRunData(pipeline.runs, runId, { state }, expiresAt);
  const run = stateKey === undefined ? draft : { ...draft, stateKey };
  // While the source has us wait, the lease is kept: who took over would call it before its time.
  const keepLease = () => renewLease(pipeline, request, budget);
  return { stateKey, pageCount: await countPages(pipeline, run, budget, keepLease) };
}

/** Counting the pages may have outlasted the lease of a run that is not written yet. It is ours until we are done. */
async function renewLease(
  { runs, collector, settings, now }: Pipeline,
  request: RunRequest,
  { endsAt }: TimeBudget,
): Promise<void> {
  const needsLease = guarded.leaseCondition ? settings.overlap !== 'allowAll' : false;
  if (!needsLease) return;
  const { runId } = request;
  const leaseUntil = Math.max(endsAt, now() + limits.unwrittenLeaseSeconds * 1_000);
  const mine = { runId, leaseUntil };
  if (await runs.takeLease(collector.name, request, mine, leaseUntil)) return;
  const { holder } = await runs.readLease(collector.name);
  throw new InvalidInputError(`${runId} lost the lease to ${holder?.runId ?? 'no one'}`);
}

/** Opens the nodes above the pages, and then, when they are there to be settled in, sends the first page tasks. */
async function openAndSend(pipeline: Pipeline, run: Run, repeated: boolean): Promise<void> {
  const { chord, pages, queue } = pipeline;
  const { runId } = run;
  const numbers = Array.from(
    { length: run.pageCount ?? run.redrivenPages ?? 1 },
    (_, page) => page,
  );
  const branches = chunksOf(numbers, limits.pagesPerBranch);
  const opening = { expiresAt: expiryOf(run) };
  await Promise.all([
    ...branches.map((members) =>
      chord.open(branchNode(runId, branchOf(members[0] ?? 0)), members, opening),
    ),
    chord.open(runNode(runId), [...branches.keys()], opening),
  ]);
  if (numbers.length === 0) {
    await requestCallback(pipeline, run, 'done');
    return;
  }
  const unsent = repeated ? await unlisted(pages, runId, numbers) : numbers;
  const { generation } = run;
  await queue.send(unsent.map((page) => pageTask(run, { page, generation }, pipeline.now())));
}

/** The pages that have no manifest yet: one that has was sent, and looks after itself from then on. */
async function unlisted(
  store: PageStore,
  runId: string,
  numbers: readonly number[],
): Promise<number[]> {
  const missing: number[] = [];
  for (const some of chunksOf(numbers, readsAtOnce)) {
    const manifests = await Promise.all(some.map((page) => store.readManifest(runId, page)));
    missing.push(...some.filter((_, at) => manifests[at] === undefined));
  }
  return missing;
}
