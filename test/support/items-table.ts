import { DynamoDBClient, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { clientOf, closeClouds, cloudOf, type TestCloud } from './embedded';
import { table } from './tiny-assembly';

export const TableName = 'Tiny-Items';
export type Item = Record<string, AttributeValue>;

export const key = (pk: string, sk = 'a'): Item => ({ pk: { S: pk }, sk: { S: sk } });

/** An item with a text of a number of bytes. */
export const sized = (pk: string, bytes: number): Item => ({
  ...key(pk),
  text: { S: 'x'.repeat(bytes) },
});

/** Starts a cloud with the table `Items` before each test of a file, and a client of it; both end after the test. */
export function itemsTable() {
  let cloud: TestCloud;
  let client: DynamoDBClient;
  beforeEach(async () => {
    cloud = await cloudOf({ resources: { Items: table() } });
    client = new DynamoDBClient(clientOf(cloud, 'dynamodb'));
  });
  afterEach(async () => {
    client.destroy();
    await closeClouds();
  });
  return {
    get cloud() {
      return cloud;
    },
    get client() {
      return client;
    },
    put: (Item: Item, further = {}) =>
      client.send(new PutItemCommand({ TableName, Item, ...further })),
  };
}
