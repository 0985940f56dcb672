import type { DynamoDBClient, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { SavedRecord } from '../core/ports/record-store';
import { keys } from './keys';
import { savedRecordOf } from './record-store';
import { queryItems } from './send';

export const historyParams = (
  tableName: string,
  collector: string,
  objectId: string,
  limit: number,
): QueryCommandInput => ({
  TableName: tableName,
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: keys.record(collector, objectId, '').pk } },
  ScanIndexForward: false,
  Limit: limit,
});

/** An object's records, the newest run's first. */
export async function historyOf(
  client: DynamoDBClient,
  tableName: string,
  { collector, objectId, limit }: { collector: string; objectId: string; limit: number },
): Promise<SavedRecord[]> {
  const params = historyParams(tableName, collector, objectId, limit);
  const items = await queryItems(client, params, limit);
  return items.map((item) => savedRecordOf(collector, item));
}
