import type { AssemblyResources, Named } from './assembly/resources';
import type { EmbeddedCloud, InvocationResult } from './embedded-cloud';
import { accountId, region } from './account';
import type { Endpoints } from './environment';
import { invokeWaitMs } from './api/lambda-api';
import type { AsyncInvocations } from './lambda/async-invocations';
import type { AccessReport } from './iam/access-report';
import type { InvocationEvent, Invoked, Lambda } from './lambda/lambda';
import type { Mapping } from './mapping/mapping';
import type { MeterSnapshot } from './meter';
import type { Schedules } from './schedule/schedules';
import type { SqsEndpoint } from './sqs/endpoint';

/** The parts of a cloud that is up. */
export interface CloudParts {
  readonly resources: AssemblyResources;
  readonly endpoints: Endpoints;
  readonly environment: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly lambda: Lambda;
  readonly async: AsyncInvocations;
  readonly sqs: SqsEndpoint;
  readonly schedules: Schedules;
  readonly mappings: readonly Mapping[];
  readonly listeners: Set<(event: InvocationEvent) => void>;
  readonly meter: () => Promise<MeterSnapshot>;
  readonly access: () => Promise<AccessReport>;
  readonly updateCode: EmbeddedCloud['updateCode'];
  readonly save: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The cloud as its users see it. */
export function embeddedCloud(parts: CloudParts): EmbeddedCloud {
  const { resources, endpoints, environment, concurrency, mappings, listeners } = parts;
  const { lambda, async, sqs, schedules } = parts;
  const queueOf = (queue: string): string => nameOf(resources.queues, queue.replace(/.*\//, ''));
  let closing: Promise<void> | undefined;
  return {
    region,
    accountId,
    concurrency,
    endpoints,
    environment,
    resources,
    notEmulated: resources.notEmulated,
    mappings,
    invoke: async (functionName, event = {}, { type, waitMs = invokeWaitMs } = {}) => {
      const text = JSON.stringify(event);
      if (type === 'Event') return resultOf(await async.invoke(functionName, text));
      return resultOf(await lambda.invoke(functionName, text, waitMs));
    },
    tick: async (schedule, at = new Date()) => {
      const delivered = await schedules.tick(schedule, at);
      return delivered.kind === 'denied' ? delivered : resultOf(delivered);
    },
    environments: () => lambda.environments(),
    onInvocation: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    updateCode: parts.updateCode,
    queueUrl: (queue) => sqs.urlOf(queueOf(queue)),
    queueDepth: (queue) => sqs.depth(queueOf(queue)),
    purgeQueue: (queue) => {
      sqs.purge(queueOf(queue));
    },
    meter: parts.meter,
    access: parts.access,
    save: parts.save,
    close: () => (closing ??= parts.close()),
  };
}

function resultOf(outcome: Invoked): InvocationResult {
  switch (outcome.kind) {
    case 'throttled':
      return outcome;
    case 'result':
      return { kind: 'result', value: JSON.parse(outcome.payload) as unknown };
    case 'functionError':
      return {
        kind: 'functionError',
        reason: outcome.reason,
        error: JSON.parse(outcome.payload) as { errorType: string; errorMessage: string },
      };
  }
}

function nameOf(all: readonly Named[], wanted: string): string {
  const found = all.find(
    ({ name, logicalId, arn }) => name === wanted || logicalId === wanted || arn === wanted,
  );
  if (!found) throw new Error(`There is no ${wanted}`);
  return found.name;
}
