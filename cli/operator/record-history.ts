import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SavedRecord } from '../../shared/core/ports/record-store';
import { newestParams, savedRecordOf } from '../../shared/aws/dynamodb/record-store';
import { queryItems } from '../../shared/aws/send';

/** An object's records, the newest run's first. */
export async function historyOf(
  client: DynamoDBClient,
  tableName: string,
  { collector, objectId, limit }: { collector: string; objectId: string; limit: number },
): Promise<SavedRecord[]> {
  const params = newestParams(tableName, { collector, objectId }, limit);
  const items = await queryItems(client, params, limit);
  return items.map((item) => savedRecordOf(collector, item));
}
