import type { Context } from 'aws-lambda';
import type { Collector } from '../shared/collector/definition';
import { chordStore } from '../shared/aws/dynamodb/chord-store';
import { lazyClients } from '../shared/aws/clients';
import { redactConsole } from '../shared/aws/telemetry/console';
import { runAnnouncer } from '../shared/aws/events';
import { lineLogger } from '../shared/aws/telemetry/log';
import { pipelineMetrics } from '../shared/aws/telemetry/metrics';
import { pageStore } from '../shared/aws/dynamodb/page-store';
import { recordStore } from '../shared/aws/dynamodb/record-store';
import { runStore } from '../shared/aws/dynamodb/run-store';
import { secretReader, readSecretFromAws } from '../shared/aws/secrets';
import { sourceMaps } from '../shared/aws/telemetry/source-maps';
import { sourceStore } from '../shared/aws/dynamodb/source-store';
import { taskQueue } from '../shared/aws/sqs/task-queue';
import { tokenStore } from '../shared/aws/dynamodb/token-store';
import { totalNameStore } from '../shared/aws/dynamodb/total-name-store';
import { describeError } from '../shared/core/describe-error';
import { secretRedaction } from '../shared/core/redact';
import { functionNames, readEnvironment, type Environment } from '../shared/environment';
import {
  answerCounter,
  billedChord,
  billedRuns,
  billMeter,
  noMeter,
  writeRest,
  type BillMeter,
} from '../shared/pipeline/bill-meter';
import { totalNameClaims } from '../shared/pipeline/object/claim-totals';
import { collectorNames } from '../shared/pipeline/start/collector-names';
import { sourceGates } from '../shared/pipeline/governor/sources';
import type { Pipeline } from '../shared/pipeline/pipeline';
import { pageDataReader } from '../shared/pipeline/page/page-data';
import { runDataReader } from '../shared/pipeline/run-data';
import { runCache, type RunReader } from '../shared/pipeline/run-cache';
import { withoutSecrets, type PipelineParts } from '../shared/pipeline/object/without-secrets';

/** The state that an environment of a function keeps between invocations. */
export interface Runtime {
  readonly pipeline: Pipeline;
  readonly readRun: RunReader;
  /** Writes the metrics of an invocation. */
  readonly flush: () => void;
  readonly meter: BillMeter;
  /** Writes the part of the bill that no settlement has carried to a run, if it is worth a write. */
  readonly writeRest: (runId: string) => Promise<void>;
}

/** Makes the runtime at the first invocation, and gives the same one ever after. */
export type LazyRuntime = (context: Context) => Runtime;

/** Reads the environment and makes the clients when first called, never at import. */
export function lazyRuntime(collector: Collector): LazyRuntime {
  let runtime: Runtime | undefined;
  // Called at import: the uptime is then the time that the environment took to start.
  const initMs = process.uptime() * 1_000;
  return () => (runtime ??= makeRuntime(collector, readEnvironment(process.env), initMs));
}

/** `index.object`, as Lambda has the handler in `_HANDLER` → `object`. */
const handlerName = (handler: string | undefined): string | undefined => handler?.split('.').at(-1);

/** The meter of the function that `_HANDLER` names. The time of reconcile belongs to no run. */
function meterFor(handler: string | undefined, initMs: number): BillMeter {
  const name = functionNames.find((each) => each === handler);
  if (name === undefined || name === 'reconcile') return noMeter;
  const memoryMb = Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? 0);
  return billMeter(name, memoryMb, initMs, () => performance.now());
}

function makeRuntime(collector: Collector, environment: Environment, initMs: number): Runtime {
  const { pipeline: name, controlTable, recordTable, settings, secrets } = environment;
  const clients = lazyClients();
  const dynamoDb = clients.dynamoDb();
  const limitedDynamoDb = clients.limitedDynamoDb();
  const metrics = pipelineMetrics(name, process.env['AWS_LAMBDA_LOG_LEVEL']);
  const handler = handlerName(process.env['_HANDLER']);
  const meter = meterFor(handler, initMs);
  const chord = billedChord(chordStore(dynamoDb, controlTable), meter);
  const runs = billedRuns(runStore(dynamoDb, controlTable), meter);
  const pages = pageStore(dynamoDb, controlTable, limitedDynamoDb);
  const now = () => Date.now();
  const logger = lineLogger(name, handler);
  const redaction = secretRedaction();
  const reader = secretReader(secrets, {
    read: readSecretFromAws,
    now,
    warn: (error) => {
      const told = describeError(error, redaction.redact);
      logger.warn('Secrets could not be read again', { error: told });
    },
    learn: redaction.learn,
  });
  if (secrets.length > 0) redactConsole(console, redaction.redact);
  const parts: PipelineParts = {
    collector,
    settings,
    chord,
    pages,
    runs,
    records: recordStore(dynamoDb, recordTable, limitedDynamoDb),
    totalNames: totalNameClaims(totalNameStore(dynamoDb, controlTable)),
    collectorNames: collectorNames(runs, collector.name),
    sources: sourceGates(collector, settings, {
      store: sourceStore(dynamoDb, controlTable),
      now,
      random: Math.random,
      onAnswer: answerCounter(meter, metrics.count),
    }),
    dataOf: runDataReader(runs),
    pageDataOf: pageDataReader(pages),
    tokens: tokenStore(dynamoDb, controlTable, collector.name),
    queue: taskQueue(clients.sqs(), {
      pages: environment.pagesQueueUrl,
      objects: environment.objectsQueueUrl,
      isolation: environment.isolationQueueUrl,
      callbacks: environment.callbacksQueueUrl,
      parked: environment.parkedQueueUrl,
    }),
    secrets: reader.read,
    secretsRefused: reader.refused,
    logger,
    mapPositions: sourceMaps(),
    count: metrics.count,
    announce: runAnnouncer(environment.eventBusName, name),
    now,
    random: Math.random,
  };
  const pipeline = withoutSecrets(parts, redaction);
  return {
    pipeline,
    readRun: runCache(runs, now),
    flush: metrics.flush,
    meter,
    writeRest: (runId) => writeRest(chord, meter, runId),
  };
}
