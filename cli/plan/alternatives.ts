import { costOf, hoursAMonth } from './prices';
import type { Workload } from './workload';

/** The same poll done in another way. */
export interface Alternative {
  readonly name: string;
  readonly wallSeconds: number;
  /** A run, in US dollars; instances for the time from one poll to the next. */
  readonly costUsd: number;
  readonly monthUsd: number;
  /** The assumptions of its figures, and what it does not do. */
  readonly note: string;
}

/** Instances that run Celery: workers and a broker. */
export interface Instances {
  readonly count: number;
  readonly hourUsd: number;
  /** Worker processes, over all instances: each works on one object at a time. */
  readonly processes: number;
}

export interface Comparison {
  readonly workload: Workload;
  readonly periodSeconds: number;
  readonly runsAMonth: number;
  /** Executions at once that the account allows. */
  readonly concurrency: number;
  readonly instances: Instances;
}

/** A function that works on one object at a time. */
const smallestGb = 0.125;
/** Express workflows are billed by 64 MB and 100 ms. */
const expressGb = 0.0625;
const expressStepSeconds = 0.1;
/** Seconds until a Distributed Map, or a durable execution, has its children at work. */
const mapStartSeconds = 3;
/** Transitions of a standard workflow for a page: list, write what it listed, is there another? */
const transitionsAPage = 3;
/** A Distributed Map starts so many children at once. */
const mostChildren = 10_000;
/** Lambda ends an invocation after 15 minutes. */
const longestInvocationSeconds = 900;

/** The same workload in other ways, each by its published prices. Failures are left out of all of them. */
export function alternativesTo(comparison: Comparison): Alternative[] {
  return [
    distributedMap(comparison),
    durableFunctions(comparison),
    inSeries(comparison),
    celery(comparison),
  ];
}

/** Listing by token is one page after the other, whoever does it. */
const listingSeconds = ({ objects, pageSize, pageSeconds, numbered }: Workload): number =>
  pageSeconds * (numbered ? 1 : Math.ceil(objects / pageSize));
const pagesOf = ({ objects, pageSize }: Workload): number => Math.ceil(objects / pageSize);

/** An object by itself, its calls side by side. */
const objectSeconds = ({ fetchSeconds, crunchSeconds }: Workload): number =>
  Math.max(0, ...fetchSeconds) + crunchSeconds;
/** An object by itself, one call after the other. */
const serialSeconds = ({ fetchSeconds, crunchSeconds }: Workload): number =>
  fetchSeconds.reduce((sum, seconds) => sum + seconds, crunchSeconds);

const recordsUsd = ({ objects, recordBytes }: Workload): number =>
  costOf('dynamodbWriteUnit', objects * Math.max(1, Math.ceil(recordBytes / 1_024)));

function distributedMap({ workload, concurrency, runsAMonth }: Comparison): Alternative {
  const { objects } = workload;
  const each = objectSeconds(workload);
  const atOnce = Math.min(concurrency, mostChildren);
  const wallSeconds =
    listingSeconds(workload) + mapStartSeconds + Math.max(each, (objects * each) / atOnce);
  const billed = Math.ceil(each / expressStepSeconds) * expressStepSeconds;
  const costUsd =
    costOf('stepFunctionsTransition', pagesOf(workload) * transitionsAPage) +
    costOf('stepFunctionsExpressRequest', objects) +
    costOf('stepFunctionsExpressGbSecond', objects * billed * expressGb) +
    costOf('lambdaRequest', objects) +
    costOf('lambdaArmGbSecond', objects * each * smallestGb) +
    recordsUsd(workload);
  return {
    ...{ name: 'Step Functions Distributed Map', wallSeconds, costUsd },
    monthUsd: costUsd * runsAMonth,
    note: 'an express workflow and a function of 128 MB an object',
  };
}

function durableFunctions({ workload, concurrency, runsAMonth }: Comparison): Alternative {
  const { objects } = workload;
  const each = objectSeconds(workload);
  const pages = pagesOf(workload);
  const waves = Math.ceil(pages / concurrency);
  const wallSeconds = listingSeconds(workload) + mapStartSeconds + waves * each;
  const costUsd =
    costOf('durableOperation', objects + 2 * pages + 1) +
    costOf('lambdaRequest', 2 * pages) +
    costOf('lambdaArmGbSecond', pages * each + listingSeconds(workload) * smallestGb) +
    recordsUsd(workload);
  return {
    ...{ name: 'Lambda durable functions', wallSeconds, costUsd },
    monthUsd: costUsd * runsAMonth,
    note: 'an execution of 1 GB a page, a step an object; without what checkpoints store',
  };
}

function inSeries({ workload, runsAMonth }: Comparison): Alternative {
  const { objects, pageSeconds } = workload;
  const wallSeconds = pagesOf(workload) * pageSeconds + objects * serialSeconds(workload);
  const invocations = Math.max(1, Math.ceil(wallSeconds / longestInvocationSeconds));
  const costUsd =
    costOf('lambdaRequest', invocations) +
    costOf('lambdaArmGbSecond', wallSeconds * smallestGb) +
    recordsUsd(workload);
  return {
    ...{ name: 'One Lambda in series', wallSeconds, costUsd },
    monthUsd: costUsd * runsAMonth,
    note:
      invocations === 1
        ? '128 MB, one object after the other'
        : `128 MB, one object after the other, in ${invocations.toLocaleString('en-US')} invocations of 15 min`,
  };
}

function celery(comparison: Comparison): Alternative {
  const { workload, periodSeconds, instances, runsAMonth } = comparison;
  const { objects } = workload;
  const { count, hourUsd, processes } = instances;
  const each = serialSeconds(workload);
  const wallSeconds =
    listingSeconds(workload) + Math.max(each, (objects * each) / Math.max(1, processes));
  const busySeconds = Math.max(periodSeconds, wallSeconds);
  const costUsd = (count * hourUsd * busySeconds) / 3_600 + recordsUsd(workload);
  return {
    ...{ name: 'Celery on instances', wallSeconds, costUsd },
    monthUsd: count * hourUsd * hoursAMonth + recordsUsd(workload) * runsAMonth,
    note: `${count} instances at $${hourUsd} an hour, ${processes} processes; idle or not`,
  };
}
