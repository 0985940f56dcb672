import * as v from 'valibot';

/** A run of Pollard, beyond what every contender tells. */
const detailSchema = v.object({
  joinTailMs: v.nullable(v.number()),
  storedBytes: v.number(),
  sqsRequests: v.number(),
  /** Of `sqsRequests`: what depends on time, for a mapping's pollers ask whether or not there is a message. */
  receives: v.number(),
  dynamodbRequests: v.number(),
  /** Of `dynamodbRequests`: what depends on time, for an environment keeps the run it has read for two seconds. */
  reads: v.number(),
  invocations: v.number(),
  controlWriteUnits: v.number(),
  recordWriteUnits: v.number(),
  costUsd: v.number(),
  /** Memory as the processes know it of themselves. */
  peakRssBytes: v.number(),
});

const runSchema = v.object({
  /** From the start to the end of the callback. */
  wallSeconds: v.number(),
  /** Objects saved, as the callback counts them. */
  objects: v.number(),
  detail: v.optional(detailSchema),
});

/** A run, as the contender's own process tells of it. */
export type MeasuredRun = v.InferOutput<typeof runSchema>;

/** How long an environment of a function takes to start, and what it loads. */
const coldStartSchema = v.object({
  function: v.string(),
  bundleBytes: v.number(),
  /** To the first line of the handler in a fresh worker, in milliseconds. */
  initMs: v.number(),
  /** The same in a worker that is up already, without the function's code. */
  initMsInSandbox: v.number(),
});

export type ColdStart = v.InferOutput<typeof coldStartSchema>;

/** The lines that a contender's process writes to its standard output. */
export const lineSchema = v.variant('bench', [
  v.object({ bench: v.literal('begins') }),
  v.object({ bench: v.literal('progress'), settled: v.number() }),
  v.object({ bench: v.literal('run'), run: runSchema }),
  v.object({ bench: v.literal('coldStarts'), coldStarts: v.array(coldStartSchema) }),
  v.object({ bench: v.literal('ended') }),
]);

export type BenchLine = v.InferOutput<typeof lineSchema>;

/** The resources that a process tree used for its runs. */
export interface Measurement {
  readonly runs: readonly MeasuredRun[];
  readonly coldStarts: readonly ColdStart[];
  /** Of all processes, from the start of the first run to the end of the last; `undefined` without /proc. */
  readonly cpuSeconds: number | undefined;
  readonly peakRssBytes: number | undefined;
  /** How slow the machine was around it; measured where predictions are asked for. */
  readonly slowness?: number;
}
