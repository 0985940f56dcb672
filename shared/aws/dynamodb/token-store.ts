import type { DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { TokenItem, TokenStore } from '../../core/ports/token-store';
import { getItem, getParams, keyItem, updateItem } from '../send';
import { expressionNames, fromItem, toItem } from './attributes';
import { keys } from './keys';

/** OAuth tokens in the control table. They have no TTL: a refresh token that the server replaced is nowhere else. */
export const tokenStore = (
  client: DynamoDBClient,
  tableName: string,
  collector: string,
): TokenStore => ({
  readToken: async (name) => {
    const item = await getItem(client, getParams(tableName, keys.token(collector, name)));
    if (!item) return undefined;
    const { version, sealed, leaseUntil } = fromItem(item);
    return { version, sealed, leaseUntil } as unknown as TokenItem;
  },
  writeToken: async (name, item) =>
    (await updateItem(client, writeTokenParams(tableName, collector, name, item))) !== undefined,
});

/** Writes the whole item by an update, which every function may do; not every one may put. */
function writeTokenParams(
  tableName: string,
  collector: string,
  name: string,
  { version, sealed, leaseUntil }: TokenItem,
): UpdateItemCommandInput {
  const fields = Object.entries({ version, sealed, leaseUntil });
  const set = fields.filter(([, value]) => value !== undefined);
  const removed = fields.filter(([, value]) => value === undefined);
  const remove =
    removed.length > 0 ? ` REMOVE ${removed.map(([field]) => `#${field}`).join(', ')}` : '';
  return {
    TableName: tableName,
    Key: keyItem(keys.token(collector, name)),
    UpdateExpression: `SET ${set.map(([field]) => `#${field} = :${field}`).join(', ')}${remove}`,
    ConditionExpression: version === 1 ? 'attribute_not_exists(pk)' : '#version = :before',
    ExpressionAttributeNames: expressionNames(fields.map(([field]) => field)),
    ExpressionAttributeValues: toItem({
      ':version': version,
      ':sealed': sealed,
      ':leaseUntil': leaseUntil,
      ':before': version === 1 ? undefined : version - 1,
    }),
  };
}
