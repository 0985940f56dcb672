import type { DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { TokenItem, TokenStore } from '../../core/ports/token-store';
import { getItem, getParams, keyItem, updateItem } from '../send';
import { fromItem } from './attributes';
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

function writeTokenParams(
  tableName: string,
  collector: string,
  name: string,
  { version, sealed, leaseUntil }: TokenItem,
): UpdateItemCommandInput {
  const values = {
    ':version': { N: String(version) },
    ...(sealed === undefined ? {} : { ':sealed': { S: sealed } }),
    ...(leaseUntil === undefined ? {} : { ':leaseUntil': { N: String(leaseUntil) } }),
  };
  const set = Object.keys(values).map((value) => `#${value.slice(1)} = ${value}`);
  const names = ['version', 'sealed', 'leaseUntil'];
  const removed = names.filter((each) => !(`:${each}` in values)).map((each) => `#${each}`);
  return {
    TableName: tableName,
    Key: keyItem(keys.token(collector, name)),
    UpdateExpression: `SET ${set.join(', ')}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''}`,
    ConditionExpression: version === 1 ? 'attribute_not_exists(pk)' : '#version = :before',
    ExpressionAttributeNames: Object.fromEntries(names.map((each) => [`#${each}`, each])),
    ExpressionAttributeValues: {
      ...values,
      ...(version === 1 ? {} : { ':before': { N: String(version - 1) } }),
    },
  };
}
