import type { DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type {
  EndedRun,
  HandOver,
  LeaseVersion,
  Lease,
  Pausing,
  RunStore,
} from '../../core/ports/run-store';
import { endOrderOf, type RunRequest } from '../../core/run';
import { expressionNames, fromItem, toItem, type Item } from './attributes';
import { keys } from './keys';
import { getItem, getParams, keyItem, updateItem } from '../send';

type LeaseStore = Pick<
  RunStore,
  'readLease' | 'takeLease' | 'bufferTick' | 'handOver' | 'setPaused' | 'countFailedRuns'
>;

/** A collector's lease: one item, which is never deleted and has no TTL. */
export function leaseStore(client: DynamoDBClient, tableName: string): LeaseStore {
  const read = async (collector: string): Promise<Lease> =>
    leaseOf((await getItem(client, getParams(tableName, keys.lease(collector)))) ?? {});
  const write = async (params: UpdateItemCommandInput): Promise<Lease | undefined> => {
    const item = await updateItem(client, params);
    return item && leaseOf(item);
  };
  return {
    readLease: read,
    takeLease: async (collector, request, expected, leaseUntil) => {
      const params = takeLeaseParams(tableName, collector, { request, expected, leaseUntil });
      return (await write(params)) !== undefined;
    },
    bufferTick: async (collector, request, holder) =>
      (await write(bufferTickParams(tableName, collector, request, holder))) !== undefined,
    handOver: async (collector, from, hand) => {
      if (await write(handOverParams(tableName, collector, from, hand))) return true;
      // A retry of ours may have found our own write: the lease is then where we wanted it.
      const { holder, buffered } = await read(collector);
      const { next } = hand;
      return next ? holder?.runId === next.runId : holder === undefined && buffered === undefined;
    },
    setPaused: async (collector, paused, pausing) => {
      await write(setPausedParams(tableName, collector, paused, pausing));
    },
    countFailedRuns: async (collector, ended, failed) => {
      const counted = await write(countFailedRunsParams(tableName, collector, ended, failed));
      return (counted ?? (await read(collector))).failedRuns;
    },
  };
}

/** Reads the lease's item, which may be absent. */
export function leaseOf(item: Item): Lease {
  const lease = fromItem(item) as Partial<Lease>;
  const { holder, leaseUntil, buffered, paused = false, failedRuns = 0, pausing } = lease;
  return { holder, leaseUntil, buffered, paused, failedRuns, pausing };
}

/** An update of the lease's item: what names and values it uses, and how. */
function updateOf(
  tableName: string,
  collector: string,
  used: { readonly names: readonly string[]; readonly values: object },
  expressions: { readonly update: string; readonly condition?: string },
): UpdateItemCommandInput {
  const values = Object.entries(toItem(used.values)).map(([name, value]) => [`:${name}`, value]);
  return {
    TableName: tableName,
    Key: keyItem(keys.lease(collector)),
    UpdateExpression: expressions.update,
    ...(expressions.condition === undefined ? {} : { ConditionExpression: expressions.condition }),
    ExpressionAttributeNames: expressionNames(used.names),
    ExpressionAttributeValues: Object.fromEntries(values) as Item,
  };
}

const notPaused = '(attribute_not_exists(#paused) OR #paused <> :yes)';

/** Taking it again is taking it: the answer to the first time may have been lost. */
export function takeLeaseParams(
  tableName: string,
  collector: string,
  take: {
    readonly request: RunRequest;
    readonly expected: LeaseVersion | undefined;
    readonly leaseUntil: number;
  },
): UpdateItemCommandInput {
  const { request, expected, leaseUntil } = take;
  const asExpected = expected
    ? '#holder.#runId = :expected AND #leaseUntil = :expectedUntil'
    : 'attribute_not_exists(#holder)';
  const expectations = expected
    ? { expected: expected.runId, expectedUntil: expected.leaseUntil }
    : {};
  return updateOf(
    tableName,
    collector,
    {
      names: ['holder', 'runId', 'leaseUntil', 'paused'],
      values: { request, me: request.runId, leaseUntil, yes: true, ...expectations },
    },
    {
      update: 'SET #holder = :request, #leaseUntil = :leaseUntil',
      condition: `(${asExpected} AND ${notPaused}) OR #holder.#runId = :me`,
    },
  );
}

/** Of two ticks, the later waits. */
export function bufferTickParams(
  tableName: string,
  collector: string,
  request: RunRequest,
  holder: string,
): UpdateItemCommandInput {
  return updateOf(
    tableName,
    collector,
    {
      names: ['holder', 'buffered', 'runId', 'scheduledTime'],
      values: { holder, request, me: request.runId, time: request.scheduledTime },
    },
    {
      update: 'SET #buffered = :request',
      condition:
        '#holder.#runId = :holder AND (attribute_not_exists(#buffered) OR ' +
        '#buffered.#scheduledTime < :time OR #buffered.#runId = :me)',
    },
  );
}

export function handOverParams(
  tableName: string,
  collector: string,
  from: string,
  { next, dropped, leaseUntil }: HandOver,
): UpdateItemCommandInput {
  const names = ['holder', 'leaseUntil', 'buffered', 'runId'];
  if (next) {
    return updateOf(
      tableName,
      collector,
      {
        names: [...names, 'paused'],
        values: { from, to: next, next: next.runId, leaseUntil, yes: true },
      },
      {
        update: 'SET #holder = :to, #leaseUntil = :leaseUntil REMOVE #buffered',
        condition: `#holder.#runId = :from AND #buffered.#runId = :next AND ${notPaused}`,
      },
    );
  }
  const asRead = dropped ? '#buffered.#runId = :dropped' : 'attribute_not_exists(#buffered)';
  return updateOf(
    tableName,
    collector,
    { names, values: { from, dropped: dropped?.runId } },
    {
      update: 'REMOVE #holder, #leaseUntil, #buffered',
      condition: `#holder.#runId = :from AND ${asRead}`,
    },
  );
}

/** Resuming counts failed runs from zero: the next one to fail does not pause the pipeline again. */
export function setPausedParams(
  tableName: string,
  collector: string,
  paused: boolean,
  pausing?: Pausing,
): UpdateItemCommandInput {
  if (!paused) {
    return updateOf(
      tableName,
      collector,
      { names: ['paused', 'failedRuns', 'pausing'], values: { paused, zero: 0 } },
      { update: 'SET #paused = :paused, #failedRuns = :zero REMOVE #pausing' },
    );
  }
  return updateOf(
    tableName,
    collector,
    { names: ['paused', ...(pausing ? ['pausing'] : [])], values: { paused, pausing } },
    {
      update: `SET #paused = :paused${pausing ? ', #pausing = if_not_exists(#pausing, :pausing)' : ''}`,
    },
  );
}

/** One that did not end after the last that was counted is not counted (again). */
export const countFailedRunsParams = (
  tableName: string,
  collector: string,
  ended: EndedRun,
  failed: boolean,
): UpdateItemCommandInput =>
  updateOf(
    tableName,
    collector,
    {
      names: ['failedRuns', 'countedUpTo'],
      values: { end: endOrderOf(ended), zero: 0, ...(failed ? { one: 1 } : {}) },
    },
    {
      update: `SET #failedRuns = ${
        failed ? 'if_not_exists(#failedRuns, :zero) + :one' : ':zero'
      }, #countedUpTo = :end`,
      condition: 'attribute_not_exists(#countedUpTo) OR #countedUpTo < :end',
    },
  );
