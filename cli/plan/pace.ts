import { aheadSeconds, leadSeconds } from '../../shared/core/governor/line';
import { declaredShare } from '../../shared/core/governor/source-state';
import { limits } from '../../shared/core/limits';
import { turnMs, type Place } from '../../shared/core/pacing';
import type { PlanSettings, Workload } from './workload';

/** The pace at which the messages of objects are delivered. */
export interface Pace {
  readonly objectsPerSecond: number;
  /** How long before its turn a message is delivered. */
  readonly leadSeconds: number;
  /** How much of the line may wait in messages; a page beyond it waits itself, until `listedSeconds` are left. */
  readonly aheadSeconds: number;
  readonly listedSeconds: number;
  /** Whether the governor of a source sets the pace. */
  readonly isGoverned: boolean;
  readonly placeOf: (page: number, index: number) => Place;
}

/** Objects whose calls a source of this rate takes in a second, as the governor has them start. */
export const sourcePace = ({
  sourceRequestsPerSecond = Infinity,
  fetchSeconds,
}: Pick<Workload, 'sourceRequestsPerSecond' | 'fetchSeconds'>): number =>
  (declaredShare * sourceRequestsPerSecond) / Math.max(1, fetchSeconds.length);

/** The pace of a run: that of the pipeline, or a slower one of its source. @returns `undefined` where there is none */
export function paceOf(
  work: Workload,
  settings: PlanSettings,
  pageCount: number,
): Pace | undefined {
  const bySource = sourcePace(work);
  const { objectsPerSecond = Infinity, objectsPerMessage } = settings;
  if (Math.min(bySource, objectsPerSecond) === Infinity) return undefined;
  const isGoverned = bySource < objectsPerSecond;
  return {
    isGoverned,
    objectsPerSecond: Math.min(bySource, objectsPerSecond),
    ...(isGoverned
      ? { leadSeconds, aheadSeconds, listedSeconds: aheadSeconds / 2 }
      : { leadSeconds: 0, aheadSeconds: limits.delaySeconds, listedSeconds: limits.delaySeconds }),
    placeOf: (page, index) => ({
      ...{ page, index, objectsPerMessage, objectsBefore: page * work.pageSize },
      // Places in the line of a source are given page by page, whether or not pages are numbered.
      pageCount: work.numbered && !isGoverned ? pageCount : undefined,
    }),
  };
}

/** Seconds at which the message of an object is delivered. */
export const dueSeconds = (pace: Pace, page: number, index: number): number =>
  Math.max(0, turnMs(pace.placeOf(page, index), pace.objectsPerSecond) / 1_000 - pace.leadSeconds);

/** The writes by which an invocation reserves time for its objects: a second of the rate each. */
export const reservationsOf = (pace: Pace | undefined, objects: number): number =>
  pace?.isGoverned ? Math.ceil(objects / Math.max(1, Math.round(pace.objectsPerSecond))) : 0;
