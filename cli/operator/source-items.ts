import {
  QueryCommand,
  type DynamoDBClient,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { keys } from '../../shared/aws/dynamodb/keys';
import { sourceStore, stateOf } from '../../shared/aws/dynamodb/source-store';
import type { SourceState } from '../../shared/core/governor/source-state';
import type { SourceKey, SourceStore } from '../../shared/core/ports/source-store';

/** The items of sources, as a person's program uses them. */
export interface SourceItems extends Pick<SourceStore, 'readSource' | 'writeSource'> {
  /** Reads the keys of a source that are closed: those of the first megabyte of its items, about 2,000 keys. */
  closedKeys(source: SourceKey): Promise<KeyState[]>;
}

/** A key of a source, and its state. */
export interface KeyState {
  /** Null for calls without a key. */
  readonly key: string | null;
  readonly state: SourceState;
}

/** The items of sources in the control table. */
export const sourceItems = (client: DynamoDBClient, tableName: string): SourceItems => ({
  ...sourceStore(client, tableName),
  closedKeys: async (source) => {
    const params = closedKeysParams(tableName, source);
    const { Items = [] } = await client.send(new QueryCommand(params));
    const prefix = keyPrefix(source).sk;
    return Items.map((item) => ({
      key: (item['sk']?.S ?? '').slice(prefix.length),
      state: stateOf(item),
    }));
  },
});

const keyPrefix = (source: SourceKey) => keys.source({ ...source, key: '' });

function closedKeysParams(tableName: string, source: SourceKey): QueryCommandInput {
  const { pk, sk } = keyPrefix(source);
  return {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    FilterExpression: '#state.#closing.#over = :false',
    ExpressionAttributeNames: { '#state': 'state', '#closing': 'closing', '#over': 'over' },
    ExpressionAttributeValues: {
      ':pk': { S: pk },
      ':prefix': { S: sk },
      ':false': { BOOL: false },
    },
  };
}
