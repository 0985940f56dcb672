import { readTogether } from '../../../shared/aws/dynamodb/read-together';
import { chordStore } from '../../../shared/aws/dynamodb/chord-store';
import { pageStore } from '../../../shared/aws/dynamodb/page-store';
import { recordStore } from '../../../shared/aws/dynamodb/record-store';
import { runStore } from '../../../shared/aws/dynamodb/run-store';
import { sourceStore } from '../../../shared/aws/dynamodb/source-store';
import { totalNameStore } from '../../../shared/aws/dynamodb/total-name-store';
import { chordStoreContract } from '../../support/contracts/chord-store-contract';
import { leaseStoreContract } from '../../support/contracts/lease-store-contract';
import { pageStoreContract } from '../../support/contracts/page-store-contract';
import { recordStoreContract } from '../../support/contracts/record-store-contract';
import { runStoreContract } from '../../support/contracts/run-store-contract';
import { sourceStoreContract } from '../../support/contracts/source-store-contract';
import { tokenStore } from '../../../shared/aws/dynamodb/token-store';
import { tokenStoreContract } from '../../support/contracts/token-store-contract';
import { totalNameStoreContract } from '../../support/contracts/total-name-store-contract';
import { sourceItems } from '../../../cli/operator/source-items';
import { close } from '../../../shared/core/governor/close';
import { unknownSource, type SourceState } from '../../../shared/core/governor/source-state';
import { startTable, type StartedTable } from '../../support/emulators';

jest.setTimeout(60_000);

describe('the stores in DynamoDB', () => {
  let table: StartedTable;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(async () => {
    await table.stop();
  });

  /** A store of the table, as its contract wants it. */
  const subjectOf =
    <Store>(storeOf: (client: StartedTable['client'], tableName: string) => Store) =>
    () => ({
      store: storeOf(table.client, table.tableName),
      sendNextWriteTwice: () => {
        table.sendNextWriteTwice();
      },
    });

  describe('chord', () => {
    chordStoreContract(subjectOf(chordStore));
  });
  describe('chord, whose nodes are read together', () => {
    chordStoreContract(
      subjectOf((client, name) => chordStore(client, name, readTogether(client, name))),
    );
  });
  describe('pages', () => {
    pageStoreContract(subjectOf(pageStore));
  });
  describe('pages, whose manifests are read together', () => {
    pageStoreContract(
      subjectOf((client, name) => pageStore(client, name, client, readTogether(client, name))),
    );
  });
  describe('records', () => {
    recordStoreContract(subjectOf(recordStore));
  });
  describe('runs', () => {
    runStoreContract(subjectOf(runStore));
  });
  describe('sources', () => {
    sourceStoreContract(subjectOf(sourceStore));

    it('that are closed are found by their keys', async () => {
      const items = sourceItems(table.client, table.tableName);
      const [collector, source] = ['keyed', 'source'];
      const answer = { why: 'refused', by: '429', latencyMs: 1, epoch: 0 } as const;
      const closed = close(unknownSource, { ...answer, now: 1_000, startedAt: 990 }, {});
      const write = (key: string | undefined, state: SourceState) =>
        items.writeSource({ collector, source, key }, { ...state, version: 1 });
      await write(undefined, closed!);
      await write('acme#1', closed!);
      await write('open', { ...closed!, closing: { ...closed!.closing!, over: true } });
      await write('never refused', { ...unknownSource, rate: 5 });
      const found = await items.closedKeys({ collector, source });
      expect(found.map(({ key }) => key)).toEqual(['acme#1']);
      expect(found[0]?.state.closing).toMatchObject({ by: '429', until: 2_000 });
    });
  });
  describe('names of totals', () => {
    totalNameStoreContract(subjectOf(totalNameStore));
  });
  describe('tokens', () => {
    tokenStoreContract(subjectOf((client, tableName) => tokenStore(client, tableName, 'shop')));
  });
  describe('lease', () => {
    leaseStoreContract(subjectOf(runStore));
  });
});
