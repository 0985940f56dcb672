import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ItemReader } from '../send';
import type { Item } from './attributes';
import { identity, identityOf, readBatches } from './batch-read';
import type { Key } from './keys';

/** Keys that are read together, and their items once they are read. */
interface Batch {
  readonly wanted: Map<string, Key>;
  readonly items: Promise<ReadonlyMap<string, Item>>;
}

/**
 * Returns a reader that reads the items that are asked for in the same turn of the event loop together, by BatchGetItem: a walk over
 * 1,000 pages is 10 requests.
 */
export function readTogether(client: DynamoDBClient, tableName: string): ItemReader {
  let open: Batch | undefined;
  const begin = (): Batch => {
    const wanted = new Map<string, Key>();
    const items = nextTurn().then(async () => {
      open = undefined;
      const found = await readBatches(client, tableName, [...wanted.values()]);
      return new Map(found.map((item) => [identityOf(item), item]));
    });
    return { wanted, items };
  };
  return async (key) => {
    const { wanted, items } = (open ??= begin());
    wanted.set(identity(key), key);
    return (await items).get(identity(key));
  };
}
