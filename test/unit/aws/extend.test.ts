import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { chordStore, openParams } from '../../../shared/aws/dynamodb/chord-store';
import { branchNode } from '../../../shared/core/chord';
import { StoreError } from '../../../shared/core/errors';
import type { ChordStore } from '../../../shared/core/ports/chord-store';
import { memoryChordStore } from '../../../testing/memory-chord-store';

const node = branchNode('run', 0);
const opening = { expiresAt: 1 };

/** A store in whose node there was nothing when the update came, and the member 0 when the node was read then. */
const openedInBetween: readonly [string, ChordStore][] = [
  ['in memory', inMemory()],
  ['in DynamoDB', inDynamoDb()],
];

function inMemory(): ChordStore {
  const tables = new Map<string, Map<string, unknown>>();
  const other = memoryChordStore({ tables });
  const before = (call: string) => (call === 'read' ? other.open(node, [0], opening) : undefined);
  return memoryChordStore({ tables, before });
}

function inDynamoDb(): ChordStore {
  const client = new DynamoDBClient({ region: 'eu-west-1' });
  const refused = Object.assign(new Error(), { name: 'ConditionalCheckFailedException' });
  const { Item } = openParams('control', node, [0], opening);
  client.middlewareStack.add(
    (_, { commandName }) =>
      () =>
        commandName === 'GetItemCommand'
          ? Promise.resolve({ output: { $metadata: {}, Item }, response: undefined })
          : Promise.reject(refused),
    { step: 'initialize' },
  );
  return chordStore(client, 'control');
}

it.each(openedInBetween)(
  'a member is not taken for added when the node was opened only after the update, %s',
  async (_, store) => {
    await expect(store.extend(node, 1)).rejects.toThrow(StoreError);
    await expect(store.extend(node, 0)).resolves.toBeUndefined();
  },
);
