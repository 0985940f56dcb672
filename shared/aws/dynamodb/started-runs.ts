import type { DynamoDBClient, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { RunStore, StartSpan } from '../../core/ports/run-store';
import type { Run } from '../../core/run';
import { keyItem, queryItems } from '../send';
import type { Item } from './attributes';
import { readBatches } from './batch-read';
import { keys, skPrefixes } from './keys';
import { runOf } from './run-item';

/** The item by which a run is found by its start; it is put before the run, and may be there twice. */
export const startedItem = ({ runId, startedAt }: Run, expiresAt: number): Item => ({
  ...keyItem(keys.started(runId, startedAt)),
  runId: { S: runId },
  expiresAt: { N: String(expiresAt) },
});

/**
 * Lists the runs that were started last, by their items of starts. Runs of a release that had none are found by their scheduled
 * time, which is their start but for backfills.
 */
export const startedRuns = (
  client: DynamoDBClient,
  tableName: string,
): Pick<RunStore, 'listStarted'> => ({
  listStarted: async (collector, limit, span = {}) => {
    const query = (prefix: string) =>
      queryItems(client, spanParams(tableName, collector, prefix, span, limit), limit);
    const [starts, byTime] = await Promise.all([
      query(skPrefixes.started),
      query(`${skPrefixes.run}${collector}@`),
    ]);
    const runs = new Map(byTime.map((item) => [item['runId']?.S ?? '', runOf(item)]));
    const others = new Set(starts.map(({ runId }) => runId?.S ?? '').filter((id) => !runs.has(id)));
    const wanted = [...others].map((runId) => keys.run(runId));
    const read = await readBatches(client, tableName, wanted);
    return newestStarts([...runs.values(), ...read.map(runOf)], limit, span);
  },
});

/** The runs of a span, those that were started last first. */
export const newestStarts = (
  runs: readonly Run[],
  limit: number,
  { since = -Infinity, until = Infinity }: StartSpan,
): Run[] =>
  runs
    .filter(({ startedAt }) => startedAt >= since && startedAt <= until)
    .sort((a, b) => b.startedAt - a.startedAt || (a.runId < b.runId ? 1 : -1))
    .slice(0, limit);

/** Behind every character of a key. */
const lastCharacter = '\u{10ffff}';

/** A query of the items of a span whose sort keys continue with a time behind `prefix`, the newest first. */
export function spanParams(
  tableName: string,
  collector: string,
  prefix: string,
  { since, until }: StartSpan,
  limit: number,
): QueryCommandInput {
  const at = (time: number | undefined, otherwise: string) =>
    `${prefix}${time === undefined ? otherwise : new Date(time).toISOString()}`;
  return {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :since AND :until',
    ExpressionAttributeValues: {
      ':pk': { S: keys.state(collector).pk },
      ':since': { S: at(since, '') },
      ':until': { S: `${at(until, '')}${lastCharacter}` },
    },
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: limit,
  };
}
