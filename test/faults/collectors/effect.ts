import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { CompletedRun, Completion } from '../../../shared/collector/definition';
import { centsOf } from '../kit/input';

/** What `onComplete` saw of a run. */
export interface Seen {
  readonly status: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly totals: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
  /** How many records, and the cents that they and their ids say. */
  readonly records: number;
  readonly cents: number;
  readonly centsOfIds: number;
}

/** The keys of what the callback leaves behind, in the control table. */
export const effectKeys = {
  pk: (runId: string): string => `EFFECT#${runId}`,
  effect: 'EFFECT',
  call: 'CALL#',
} as const;

let client: DynamoDBClient | undefined;

/**
 * The callback's effect, once a run however often it is called, as an idempotent user would write it: the first write
 * counts. Each call leaves when it began and when it ended.
 */
export async function noteEffect(run: CompletedRun): Promise<Completion> {
  client ??= new DynamoDBClient({});
  const nonce = randomUUID();
  const begun = Date.now();
  await noteCall(client, run.id, nonce, { begun });
  const seen = await look(run);
  await client.send(
    new UpdateItemCommand({
      TableName: process.env['POLLARD_CONTROL_TABLE'],
      Key: { pk: { S: effectKeys.pk(run.id) }, sk: { S: effectKeys.effect } },
      UpdateExpression: 'SET seen = if_not_exists(seen, :seen) ADD written :one',
      ExpressionAttributeValues: { ':seen': { S: JSON.stringify(seen) }, ':one': { N: '1' } },
    }),
  );
  await noteCall(client, run.id, nonce, { begun, ended: Date.now() });
  return { state: { runId: run.id } };
}

async function look(run: CompletedRun): Promise<Seen> {
  const failures: string[] = [];
  for await (const { objectId } of run.failures()) failures.push(objectId);
  let [records, cents, centsOfIds] = [0, 0, 0];
  for await (const record of run.records()) {
    records += 1;
    cents += Number(record['cents']);
    centsOfIds += centsOf(String(record['id']));
  }
  const { status, counts, totals } = run;
  const sums = { records, cents, centsOfIds };
  return { status, counts: { ...counts }, totals: { ...totals }, failures, ...sums };
}

async function noteCall(
  dynamoDb: DynamoDBClient,
  runId: string,
  nonce: string,
  times: Readonly<Record<string, number>>,
): Promise<void> {
  const attributes = Object.entries(times).map(([name, at]) => [name, { N: String(at) }]);
  await dynamoDb.send(
    new PutItemCommand({
      TableName: process.env['POLLARD_CONTROL_TABLE'],
      Item: {
        ...(Object.fromEntries(attributes) as Record<string, { N: string }>),
        pk: { S: effectKeys.pk(runId) },
        sk: { S: `${effectKeys.call}${nonce}` },
      },
    }),
  );
}
