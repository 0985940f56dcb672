import { Option, type Command } from 'commander';
import { limits } from '../shared/core/limits';
import { prices } from './plan/prices';
import type { PlanInput } from './plan/plan';
import { awsPlatform, embeddedPlatform } from './plan/workload';
import { parseSettings, type Settings } from '../shared/environment';
import { percent, positive, positiveTime, time, times, wholeNumber } from './option-values';

/** The options of `plan`. Times are in seconds, the failure rate in percent. */
export interface PlanOptions {
  /** @default 2000, or those of the run */
  readonly objects?: number;
  readonly pageSize: number;
  readonly pages: 'sequential' | 'parallel';
  readonly pageLatency: number;
  readonly fetchLatency: readonly number[];
  readonly crunch: number;
  readonly failureRate: number;
  readonly attempts: number;
  readonly sourceRate?: number;
  readonly sourceConcurrency?: number;
  readonly period?: number;
  readonly objectsPerMessage?: number;
  readonly objectsAtOnce?: number;
  readonly maxConcurrency?: number;
  readonly objectsPerSecond?: number;
  readonly overlap?: Settings['overlap'];
  readonly accountConcurrency?: number;
  readonly memory: number;
  readonly idBytes: number;
  readonly recordBytes: number;
  readonly listing: 'all' | 'changes';
  readonly platform: 'aws' | 'embedded';
  readonly instances: number;
  readonly instancePrice: number;
  readonly processes: number;
  readonly fromRun?: string | true;
}

/** The post's sizes and latencies: 20 pages of 100 objects, two calls side by side, 2 s of work. */
const post = { objects: 2_000, pageSize: 100, page: 0.5, fetch: [0.25, 0.75], crunch: 2 } as const;
const defaultPeriodSeconds = 3_600;

/** Adds the options of `plan`. */
export function addPlanOptions(command: Command): Command {
  addWorkload(command);
  addSettings(command);
  return command
    .addOption(
      new Option('--platform <name>', 'where it runs: AWS, or the embedded cloud of npm start')
        .choices(['aws', 'embedded'])
        .default('aws'),
    )
    .option(
      '--instances <n>',
      'instances of Celery to compare with, the broker included',
      wholeNumber(1, 10_000),
      3,
    )
    .option(
      '--instance-price <usd>',
      'dollars an hour of one instance',
      positive,
      prices.instanceHour.usd,
    )
    .option(
      '--processes <n>',
      'Celery worker processes on all instances',
      wholeNumber(1, 1_000_000),
      14,
    );
}

function addWorkload(command: Command): void {
  command
    .option(
      '--objects <n>',
      `objects of a poll (default: those of the run with --from-run, else ${post.objects})`,
      wholeNumber(1, 100_000_000),
    )
    .option(
      '--page-size <n>',
      'objects on a page',
      wholeNumber(1, limits.objectsPerPage),
      post.pageSize,
    )
    .addOption(
      new Option('--pages <how>', 'pages one after the other by token, or at once by number')
        .choices(['sequential', 'parallel'])
        .default('sequential'),
    )
    .addOption(
      new Option('--page-latency <time>', 'time to list a page')
        .argParser(time)
        .default(post.page, '500ms'),
    )
    .addOption(
      new Option(
        '--fetch-latency <times>',
        'times of the calls of an object, which run in parallel',
      )
        .argParser(times)
        .default([...post.fetch], '250ms,750ms'),
    )
    .addOption(
      new Option('--crunch <time>', 'time of the work on an object')
        .argParser(time)
        .default(post.crunch, '2s'),
    )
    .option('--failure-rate <percent>', 'percentage of tries of an object that fail', percent, 0)
    .option('--attempts <n>', 'most tries of an object', wholeNumber(1, 100), 5)
    .option(
      '--source-rate <n>',
      'requests a second that the source allows (default: any)',
      positive,
    )
    .option(
      '--source-concurrency <n>',
      'requests at once that the source allows (default: any)',
      wholeNumber(1, 10_000_000),
    )
    .option('--id-bytes <n>', 'bytes of an id', wholeNumber(1, limits.objectIdBytes), 15)
    .option('--record-bytes <n>', 'bytes of a record', wholeNumber(1, limits.itemBytes), 300)
    .addOption(
      new Option('--listing <which>', "what a run lists, as the collector's `listing` says")
        .choices(['all', 'changes'])
        .default('all'),
    )
    .option(
      '--from-run [run]',
      'size, retries and latency of a real run of the pipeline, by default the latest',
    );
}

function addSettings(command: Command): void {
  const pipeline = "(default: the pipeline's with --from-run, else Pollard's own)";
  command
    .option(
      '--period <time>',
      'time between two polls (default: the schedule with --from-run, else 60m)',
      positiveTime,
    )
    .option('--objects-per-message <n>', `objects in a message ${pipeline}`, wholeNumber(1, 1_000))
    .option('--objects-at-once <n>', 'objects that an invocation works on', wholeNumber(1, 900))
    .option('--max-concurrency <n>', 'invocations that work on objects', wholeNumber(2, 1_000))
    .option('--objects-per-second <n>', 'objects started a second', positive)
    .addOption(
      new Option('--overlap <policy>', 'what a tick does when a poll is under way').choices([
        'skip',
        'bufferOne',
        'cancelOther',
        'allowAll',
      ]),
    )
    .option(
      '--account-concurrency <n>',
      "executions the account allows (default: AWS's 1,000; embedded 10)",
      wholeNumber(2, 1_000_000),
    )
    .option(
      '--memory <mb>',
      'memory of the object function, in MB',
      wholeNumber(128, 10_240),
      1_024,
    );
}

/** Makes the input of a plan from the options and the settings of a pipeline. */
export function planInput(options: PlanOptions, published?: Settings): PlanInput {
  const base = options.platform === 'aws' ? awsPlatform : embeddedPlatform;
  const { objectsPerMessage, objectsAtOnce, maxConcurrency, objectsPerSecond, overlap } = options;
  const given = { objectsPerMessage, objectsAtOnce, maxConcurrency, objectsPerSecond, overlap };
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  const settings = parseSettings({ ...published, ...Object.fromEntries(said) });
  return {
    workload: {
      objects: options.objects ?? post.objects,
      pageSize: options.pageSize,
      numbered: options.pages === 'parallel',
      pageSeconds: options.pageLatency,
      fetchSeconds: options.fetchLatency,
      crunchSeconds: options.crunch,
      failureRate: options.failureRate / 100,
      attempts: options.attempts,
      sourceRequestsPerSecond: options.sourceRate,
      sourceConcurrency: options.sourceConcurrency,
      idBytes: options.idBytes,
      recordBytes: options.recordBytes,
      listing: options.listing,
      handsOnState: true,
    },
    settings,
    platform: {
      ...base,
      concurrency: options.accountConcurrency ?? base.concurrency,
      objectMemoryGb: options.memory / 1_024,
    },
    periodSeconds: options.period ?? published?.periodSeconds ?? defaultPeriodSeconds,
    instances: {
      count: options.instances,
      hourUsd: options.instancePrice,
      processes: options.processes,
    },
  };
}
