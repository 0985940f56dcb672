import { batchSizeOf } from '../../shared/core/event-source';
import { limits } from '../../shared/core/limits';
import { recordUnitsOf } from './record-units';
import type { Simulation } from './simulation';
import { objectsAtOnceOf, type Platform, type PlanSettings, type Workload } from './workload';

export interface Planned {
  readonly workload: Workload;
  readonly settings: PlanSettings;
  readonly platform: Platform;
  readonly periodSeconds: number;
  readonly simulation: Simulation;
}

/** Requests that the settings let loose on the source at once, at most. */
export function mostRequestsAtOnce({ workload, settings, platform }: Planned): number {
  const perInvocation = Math.min(
    objectsAtOnceOf(settings, workload, limits.fetchesAtOnce),
    batchSizeOf(settings) * settings.objectsPerMessage,
  );
  const invocations = Math.min(settings.maxConcurrency, platform.concurrency);
  return Math.min(workload.objects, invocations * perInvocation) * workload.fetchSeconds.length;
}

const n = (number: number): string => Math.round(number).toLocaleString('en-US');

/** What to know before deploying this, a line each; the worst first. */
export function warningsOf(planned: Planned): string[] {
  return [...aboutTime(planned), ...aboutSource(planned), ...aboutAws(planned)];
}

function aboutTime({ periodSeconds, simulation, settings, workload }: Planned): string[] {
  const { wallSeconds, longestObjectSeconds, settledAt, failed } = simulation;
  const warnings: string[] = [];
  if (wallSeconds > periodSeconds) {
    const left = workload.objects - settledAt(periodSeconds);
    const policy = {
      skip: `overlap skip leaves out ${n(Math.ceil(wallSeconds / periodSeconds) - 1)} of every ${n(Math.ceil(wallSeconds / periodSeconds))} ticks`,
      bufferOne: 'overlap bufferOne starts the next poll when this one has ended, without a pause',
      cancelOther: 'overlap cancelOther cuts each poll short',
      allowAll: 'overlap allowAll lets the backlog grow until its guard refuses ticks',
    }[settings.overlap];
    warnings.push(
      `a poll outlasts the period: ${n(wallSeconds)} s of ${n(periodSeconds)} s, with ${n(left)} objects left at the next tick; ${policy}`,
    );
  }
  if (wallSeconds > settings.runDeadlineSeconds) {
    warnings.push(
      `a poll reaches runDeadline (${n(settings.runDeadlineSeconds)} s) and is cut short: raise it, or maxConcurrency`,
    );
  }
  if (longestObjectSeconds > settings.objectTimeoutSeconds * 0.9) {
    warnings.push(
      `an invocation takes ${n(longestObjectSeconds)} s of objectTimeout's ${n(settings.objectTimeoutSeconds)} s: objects that do not fit are delivered again; lower objectsPerMessage or objectsAtOnce`,
    );
  }
  if (failed > 0) {
    warnings.push(
      `about ${n(failed)} objects fail in all their attempts: pollard redrive collects them again`,
    );
  }
  return warnings;
}

function aboutSource(planned: Planned): string[] {
  const { workload, simulation } = planned;
  const { sourceConcurrency, sourceRequestsPerSecond, fetchSeconds } = workload;
  const warnings: string[] = [];
  const requests = mostRequestsAtOnce(planned);
  const seen = simulation.peakObjects * fetchSeconds.length;
  if (sourceConcurrency !== undefined && Math.min(requests, seen) > sourceConcurrency) {
    warnings.push(
      `up to ${n(Math.min(requests, seen))} requests at once at the source, which takes ${n(sourceConcurrency)}: lower maxConcurrency × objectsAtOnce × fetchers`,
    );
  }
  if (sourceRequestsPerSecond !== undefined && simulation.heldBySourceSeconds > 0) {
    const objects = sourceRequestsPerSecond / Math.max(1, fetchSeconds.length);
    warnings.push(
      `the source's ${n(sourceRequestsPerSecond)} requests a second bind, which are ${objects.toFixed(1)} objects a second: declare them in the collector, source: { requestsPerSecond: ${sourceRequestsPerSecond} }, and none is refused`,
    );
  }
  return warnings;
}

function aboutAws({ workload, settings, platform, simulation }: Planned): string[] {
  const { objects, pageSize, fetchSeconds } = workload;
  const warnings: string[] = [];
  const pages = Math.ceil(objects / pageSize);
  if (pages > limits.pagesPerRun) {
    warnings.push(
      `${n(pages)} pages, and a run has at most ${n(limits.pagesPerRun)}: list more objects a page (at most ${n(limits.objectsPerPage)})`,
    );
  }
  const fits = objectsAtOnceOf(settings, workload, limits.fetchesAtOnce);
  if (fits < settings.objectsAtOnce) {
    warnings.push(
      `descriptors bind: ${fetchSeconds.length} fetchers of ${n(settings.objectsAtOnce)} objects at once are more than ${n(limits.fetchesAtOnce)}; ${n(fits)} are worked on at once`,
    );
  }
  if (simulation.waitsForConcurrency > 0) {
    warnings.push(
      `the account's ${n(platform.concurrency)} concurrent executions bind: ask for more, or put more objects into an invocation`,
    );
  }
  if (simulation.heldByTableSeconds > simulation.wallSeconds) {
    const units = objects * recordUnitsOf(workload);
    warnings.push(
      `the record table's write throughput bounds the run: ${n(units)} write units take ${n(units / platform.tableWriteUnitsPerSecond)} s at the ${n(platform.tableWriteUnitsPerSecond)} a second of a new on-demand table, and functions are billed while they wait to save; warm the table (warm throughput), or spread the run with objectsPerSecond`,
    );
  }
  return warnings;
}
