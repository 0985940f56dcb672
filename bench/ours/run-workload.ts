import { once } from 'node:events';
import type { JsonObject } from '../../shared/core/json';
import { settledOf } from '../../shared/core/chord';
import { sumOfValues } from '../../shared/core/lists';
import type { Screen } from '../../cli/terminal/screen';
import { followRun } from '../../cli/dev/follow';
import { listenForInterruption, type Interruption } from '../../cli/dev/interruption';
import type { StartOptions } from '../../cli/dev/options';
import { costOfUsage, type Outcome } from '../../cli/dev/outcome';
import { openSession, type Session, type SessionListener } from '../../cli/dev/session';
import { startSourceProcess } from '../../examples/resources/server/process';
import { StartQueue } from '../../cli/dev/start-queue';
import type { BenchLine, MeasuredRun } from '../measurement';
import type { Workload } from '../post';
import { objectsOf } from '../workload';
import type { Job } from './job';

type RunsJob = Extract<Job, { kind: 'runs' }>;

/** Opens a session as `npm start` does, and polls so often. */
export async function runWorkload(job: RunsJob, tell: (line: BenchLine) => void): Promise<void> {
  const interruption = listenForInterruption();
  const starts = new StartQueue();
  const listener: SessionListener = {
    onStart: (start) => {
      starts.push(start);
    },
    onFailure: (name, error) => {
      console.error(`${name} failed: ${error.errorMessage}`);
    },
    onLine: () => undefined,
  };
  const options = startOptionsOf(job);
  const session = await openSession({
    options,
    env: process.env,
    listener,
    startSource: startSourceProcess,
  });
  try {
    tell({ bench: 'begins' });
    for (let run = 0; run < job.runs; run += 1) {
      tell({ bench: 'run', run: await poll(session, starts, job, tell, interruption) });
    }
    tell({ bench: 'ended' });
    // The bench reads what this process used while it is there.
    process.stdin.resume();
    await once(process.stdin, 'end');
  } finally {
    await session.close();
    interruption.stop();
  }
}

function startOptionsOf({ workload, concurrency }: RunsJob): StartOptions {
  const { work, ...sizes } = workload;
  const common = {
    objectsPerMessage: undefined,
    concurrency,
    schedule: false,
    keep: false,
    report: undefined,
  };
  if (work === 'sleeps') {
    const entry = 'bench/collectors/sleeper.ts';
    return { ...common, collector: 'sleeper', entry, resources: undefined };
  }
  const resources = { ...sizes, work: work === 'http' ? 'post' : 'none' } as const;
  return { ...common, collector: 'resources', resources };
}

/** One run, to the end of its callback. @throws Error when it does not save every object */
async function poll(
  session: Session,
  starts: StartQueue,
  { workload }: RunsJob,
  tell: (line: BenchLine) => void,
  interruption: Interruption,
): Promise<MeasuredRun> {
  const { cloud, pipeline } = session;
  const meterBefore = await cloud.meter();
  const result = await cloud.invoke(pipeline.functions.start, eventOf(workload));
  const { invokedAt, answer } = await starts.next();
  if (answer?.outcome !== 'started' || answer.runId === undefined) {
    throw new Error(`start: ${JSON.stringify(result)}`);
  }
  const started = { runId: answer.runId, invokedAt, meterBefore };
  const outcome = await followRun(session, started, screenTo(tell), interruption);
  const { saved } = outcome.counts;
  if (outcome.status !== 'SUCCEEDED' || saved !== objectsOf(workload)) {
    throw new Error(`${outcome.runId}: ${outcome.status}, ${saved} objects saved`);
  }
  return measured(outcome, await cloud.meter());
}

/** The collector `resources` is told by its environment; the one that sleeps, by the run's input. */
const eventOf = (workload: Workload): object =>
  workload.work === 'sleeps' ? { input: { ...workload } satisfies JsonObject } : {};

function measured(
  outcome: Outcome,
  meter: Awaited<ReturnType<Session['cloud']['meter']>>,
): MeasuredRun {
  const { usage, counts } = outcome;
  return {
    wallSeconds: outcome.wallSeconds,
    objects: counts.saved,
    detail: {
      joinTailMs: outcome.joinTailMs ?? null,
      storedBytes: sumOfValues(meter.storedBytes.tables) + meter.storedBytes.messages,
      sqsRequests: sumOfValues(usage.sqs),
      receives: usage.sqs['ReceiveMessage'] ?? 0,
      dynamodbRequests: sumOfValues(usage.dynamodb),
      reads: usage.dynamodb['GetItem'] ?? 0,
      invocations: Object.values(usage.lambda).reduce((sum, each) => sum + each.invocations, 0),
      controlWriteUnits: usage.writeUnits.control,
      recordWriteUnits: usage.writeUnits.records,
      costUsd: costOfUsage(usage).total,
      peakRssBytes: outcome.peakRssBytes,
    },
  };
}

const screenTo = (tell: (line: BenchLine) => void): Screen => ({
  draws: false,
  show: ({ counts }) => {
    tell({ bench: 'progress', settled: settledOf(counts) });
  },
  say: () => undefined,
  clear: () => undefined,
});
