import { allPipelines, isMeant, noneOf, pipelineOf, type Pipeline } from '../pipelines';
import type { TargetOptions } from '../target';
import { UsageError } from '../errors';
import { explain, type Where } from '../explain';
import type { Operator } from '../operator/operator';
import { recordsOfObject } from '../collector-names';
import { act } from './actions';
import type {
  Action,
  ActionAnswer,
  ObjectHistory,
  ObjectLogs,
  OpenRun,
  Overview,
  PipelineRow,
} from './api';
import { objectLogs } from './object-logs';
import { PipelineWatch } from './pipeline-watch';
import { sharedLook } from './shared-look';

/** What the page is served from. */
export interface Backend {
  overview(): Promise<Overview>;
  /** @throws UsageError when there is no such pipeline or run */
  run(pipeline: string, runId: string): Promise<OpenRun>;
  /** @throws UsageError when there is no such pipeline */
  object(pipeline: string, objectId: string): Promise<ObjectHistory>;
  /** @throws UsageError when there is no such pipeline or run, or its stack publishes no log group */
  logs(pipeline: string, runId: string, objectId: string): Promise<ObjectLogs>;
  /** @throws UsageError when there is no such pipeline, or actions are refused */
  act(action: Action): Promise<ActionAnswer>;
}

export interface BackendOptions {
  readonly operator: Operator;
  /** Which pipelines are shown: all, unless these name some. */
  readonly options: TargetOptions;
  readonly where: Where;
  readonly readOnly: boolean;
  /** Ends the backfills that are under way. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Milliseconds for which the list of deployed pipelines is kept. */
const pipelinesFreshMs = 30_000;

/** The pipelines that the options mean, looked at with the operator's credentials. */
export function backendOf({
  operator,
  options,
  where,
  readOnly,
  signal,
  now,
}: BackendOptions): Backend {
  let known: readonly PipelineWatch[] = [];
  const watches = sharedLook(pipelinesFreshMs, now, async () => {
    const all = await allPipelines(operator);
    const meant = all.filter((published) => isMeant(published, options));
    if (meant.length === 0) throw new UsageError(noneOf(all, options, where));
    known = meant.map((published) => {
      const same = JSON.stringify(published);
      const before = known.find((watch) => JSON.stringify(watch.pipeline.published) === same);
      return before ?? new PipelineWatch(pipelineOf(operator, published), { where, signal, now });
    });
    return known;
  });
  const watchOf = async (pipeline: string): Promise<PipelineWatch> => {
    const found = (await watches()).find((each) => each.pipeline.published.pipeline === pipeline);
    if (found) return found;
    throw new UsageError(`pipeline: there is none that is called ${pipeline}`);
  };
  const place = where.endpointUrl ?? where.region ?? '';
  return {
    overview: async () => {
      const rows = await Promise.all((await watches()).map((watch) => rowOf(watch, where)));
      const pipelines = rows.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
      return { at: now(), readOnly, place, pipelines };
    },
    run: async (pipeline, runId) => (await watchOf(pipeline)).run(runId),
    object: async (pipeline, objectId) => historyIn((await watchOf(pipeline)).pipeline, objectId),
    logs: async (pipeline, runId, objectId) =>
      objectLogs((await watchOf(pipeline)).pipeline, { runId, objectId, now: now() }),
    act: async (action) => {
      if (readOnly)
        throw new UsageError('this page is read-only: start pollard ui without --read-only');
      return act(await watchOf(action.pipeline), action, now());
    },
  };
}

/** Records of an object that are shown. */
const mostRecords = 10;

async function historyIn(pipeline: Pipeline, objectId: string): Promise<ObjectHistory> {
  const saved = await recordsOfObject(pipeline, objectId, mostRecords);
  return { records: saved.map(({ runId, record }) => ({ runId, record })) };
}

/** A pipeline that cannot be read does not hide the others. */
async function rowOf(watch: PipelineWatch, where: Where): Promise<PipelineRow> {
  try {
    return { kind: 'read', ...(await watch.state()) };
  } catch (error) {
    const { pipeline } = watch.pipeline.published;
    return { kind: 'unreadable', pipeline, error: explain(error, where) ?? String(error) };
  }
}

const nameOf = ({ pipeline }: PipelineRow): string => pipeline;
