import type { DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { BeginCompletion, FinishedRun, RunStore } from '../../core/ports/run-store';
import type { ReconcileProgress, Run } from '../../core/run';
import { expressionNames, toAttribute, toItem, type Item } from './attributes';
import { keys } from './keys';
import { runOf } from './run-item';
import { getItem, getParams, keyItem, updateItem } from '../send';

type RunKey = Pick<Run, 'runId'>;

type CompletionStore = Pick<
  RunStore,
  'beginCompletion' | 'finish' | 'setRedrivenBy' | 'markCancelled' | 'recordProgress'
>;

/** The writes to a run's item after it was put; its status is written here alone, under conditions. */
export function completionStore(client: DynamoDBClient, tableName: string): CompletionStore {
  const read = async (run: RunKey): Promise<Run | undefined> => {
    const item = await getItem(client, getParams(tableName, keys.run(run.runId)));
    return item && runOf(item);
  };
  return {
    beginCompletion: async (run, completion) => {
      const item = await updateItem(client, beginCompletionParams(tableName, run, completion));
      return item && runOf(item);
    },
    finish: async (run, completedBy, outcome) => {
      if (await updateItem(client, finishParams(tableName, run, completedBy, outcome))) return true;
      // A retry of ours may have found our own write.
      const stands = await read(run);
      return stands?.completedBy === completedBy && stands.status === outcome.status;
    },
    setRedrivenBy: async (runId, redrivenBy) => {
      await updateItem(client, redrivenByParams(tableName, { runId }, redrivenBy));
    },
    markCancelled: async (run, at) =>
      (await updateItem(client, markCancelledParams(tableName, run, at))) !== undefined,
    recordProgress: async (run, progress) => {
      if (await updateItem(client, progressParams(tableName, run, progress))) return true;
      const stands = await read(run);
      return JSON.stringify(inOrder(stands?.progress)) === JSON.stringify(inOrder(progress));
    },
  };
}

const inOrder = (progress: ReconcileProgress | undefined) =>
  progress && [progress.at, progress.settled, progress.movedAt, progress.generation];

/** An update of a run's item, each value under the name of its attribute. */
function updateOf(
  tableName: string,
  { runId }: RunKey,
  attributes: readonly string[],
  values: Item,
): Omit<UpdateItemCommandInput, 'UpdateExpression'> {
  return {
    TableName: tableName,
    Key: keyItem(keys.run(runId)),
    ExpressionAttributeNames: expressionNames(attributes),
    ExpressionAttributeValues: values,
  };
}

/** RUNNING → COMPLETING, or goes on with COMPLETING; since when, reason and result stay those of the delivery that began. */
export function beginCompletionParams(
  tableName: string,
  run: RunKey,
  { messageId, reason, result, now, until, callbackError }: BeginCompletion,
): UpdateItemCommandInput {
  const failed = callbackError === undefined ? [] : ['callbackError'];
  const attributes = [
    ...['status', 'reason', 'completedBy', 'completingUntil', 'completingSince', 'result'],
    ...failed,
  ];
  return {
    ...updateOf(tableName, run, attributes, {
      ':running': { S: 'RUNNING' },
      ':completing': { S: 'COMPLETING' },
      ':me': { S: messageId },
      ':reason': { S: reason },
      ':result': toAttribute(result),
      ':now': { N: String(now) },
      ':until': { N: String(until) },
      ...toItem({ ':callbackError': callbackError }),
    }),
    UpdateExpression:
      'SET #status = :completing, #completedBy = :me, #completingUntil = :until, ' +
      '#completingSince = if_not_exists(#completingSince, :now), ' +
      '#reason = if_not_exists(#reason, :reason), #result = if_not_exists(#result, :result)' +
      failed.map((name) => `, #${name} = :${name}`).join(''),
    ConditionExpression:
      '#status = :running OR ' +
      '(#status = :completing AND (#completedBy = :me OR #completingUntil < :now))',
  };
}

/** COMPLETING → a final status. */
export function finishParams(
  tableName: string,
  run: RunKey,
  completedBy: string,
  { status, completedAt, callbackError, billed }: FinishedRun,
): UpdateItemCommandInput {
  const set = toItem({ status, completedAt, callbackError, billed });
  return {
    ...updateOf(tableName, run, [...Object.keys(set), 'completedBy'], {
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
      ':completing': { S: 'COMPLETING' },
      ':me': { S: completedBy },
    }),
    UpdateExpression: `SET ${Object.keys(set)
      .map((name) => `#${name} = :${name}`)
      .join(', ')}`,
    ConditionExpression: '#status = :completing AND #completedBy = :me',
  };
}

export const redrivenByParams = (
  tableName: string,
  run: RunKey,
  redrivenBy: string,
): UpdateItemCommandInput => ({
  ...updateOf(tableName, run, ['redrivenBy'], { ':redrivenBy': { S: redrivenBy } }),
  UpdateExpression: 'SET #redrivenBy = :redrivenBy',
  ConditionExpression: 'attribute_exists(pk)',
});

/** Marking it again is marking it: the time of the first stays. */
export const markCancelledParams = (
  tableName: string,
  run: RunKey,
  at: number,
): UpdateItemCommandInput => ({
  ...updateOf(tableName, run, ['status', 'cancelledAt'], {
    ':running': { S: 'RUNNING' },
    ':at': { N: String(at) },
  }),
  UpdateExpression: 'SET #cancelledAt = if_not_exists(#cancelledAt, :at)',
  ConditionExpression: '#status = :running',
});

/** Writes what reconcile saw, if neither its progress nor the generation changed since `run` was read. */
export function progressParams(
  tableName: string,
  run: Run,
  progress: ReconcileProgress,
): UpdateItemCommandInput {
  const seen = run.progress;
  const update = updateOf(tableName, run, ['progress', 'generation', ...(seen ? ['at'] : [])], {
    ':progress': toAttribute(progress),
    ':generation': { N: String(progress.generation) },
    ':seenGeneration': { N: String(run.generation) },
    ...(seen ? { ':seenAt': { N: String(seen.at) } } : {}),
  });
  const unmoved = seen ? '#progress.#at = :seenAt' : 'attribute_not_exists(#progress)';
  return {
    ...update,
    UpdateExpression: 'SET #progress = :progress, #generation = :generation',
    ConditionExpression: `#generation = :seenGeneration AND ${unmoved}`,
  };
}
