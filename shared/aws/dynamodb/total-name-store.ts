import type { DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { limits } from '../../core/limits';
import type { TotalNameStore } from '../../core/ports/chord-store';
import type { Item } from './attributes';
import { keys } from './keys';
import { getItem, getParams, keyItem, updateItem } from '../send';

/** The names of the totals of each run, a string set in the control table. */
export const totalNameStore = (client: DynamoDBClient, tableName: string): TotalNameStore => {
  const read = async (runId: string): Promise<ReadonlySet<string>> =>
    namesOf(await getItem(client, getParams(tableName, keys.totalNames(runId))));
  return {
    read,
    claim: async (runId, names, expiresAt) => {
      const claimed = await updateItem(client, claimParams(tableName, runId, names, expiresAt));
      return claimed ? namesOf(claimed) : read(runId);
    },
  };
};

const claimParams = (
  tableName: string,
  runId: string,
  names: readonly string[],
  expiresAt: number,
): UpdateItemCommandInput => ({
  TableName: tableName,
  Key: keyItem(keys.totalNames(runId)),
  UpdateExpression: 'ADD #names :names SET #expiresAt = :expiresAt',
  ConditionExpression: 'attribute_not_exists(#names) OR size(#names) <= :room',
  ExpressionAttributeNames: { '#names': 'names', '#expiresAt': 'expiresAt' },
  ExpressionAttributeValues: {
    ':names': { SS: [...names] },
    ':room': { N: String(limits.totalNames - names.length) },
    ':expiresAt': { N: String(expiresAt) },
  },
});

const namesOf = (item: Item | undefined): ReadonlySet<string> => new Set(item?.['names']?.SS);
