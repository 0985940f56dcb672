import { chordStoreContract } from '../../support/contracts/chord-store-contract';
import { leaseStoreContract } from '../../support/contracts/lease-store-contract';
import { pageStoreContract } from '../../support/contracts/page-store-contract';
import { recordStoreContract } from '../../support/contracts/record-store-contract';
import { runStoreContract } from '../../support/contracts/run-store-contract';
import { taskQueueContract } from '../../support/contracts/task-queue-contract';
import { memoryChordStore } from '../../../testing/memory-chord-store';
import { memoryPageStore } from '../../../testing/memory-page-store';
import { memoryRecordStore } from '../../../testing/memory-record-store';
import { memoryRunStore } from '../../../testing/memory-run-store';
import type { Hooks } from '../../../testing/memory-table';
import { memorySourceStore } from '../../../testing/memory-source-store';
import { memoryTaskQueue } from '../../../testing/memory-task-queue';
import { sourceStoreContract } from '../../support/contracts/source-store-contract';
import { memoryTokenStore } from '../../../testing/memory-token-store';
import { tokenStoreContract } from '../../support/contracts/token-store-contract';
import { totalNameStoreContract } from '../../support/contracts/total-name-store-contract';
import { memoryTotalNameStore } from '../../../testing/memory-total-name-store';

/** A store in memory whose next write can be sent twice. */
function subjectOf<Store>(storeOf: (hooks: Hooks) => Store) {
  let twice = false;
  const sentTwice = (): boolean => {
    const now = twice;
    twice = false;
    return now;
  };
  const store = storeOf({ sentTwice });
  const sendNextWriteTwice = (): void => {
    twice = true;
  };
  return () => ({ store, sendNextWriteTwice });
}

describe('the stores in memory, which stand in for DynamoDB in the models', () => {
  describe('chord', () => {
    chordStoreContract(subjectOf(memoryChordStore));
  });
  describe('pages', () => {
    pageStoreContract(subjectOf(memoryPageStore));
  });
  describe('records', () => {
    recordStoreContract(subjectOf(memoryRecordStore));
  });
  describe('runs', () => {
    runStoreContract(subjectOf(memoryRunStore));
  });
  describe('lease', () => {
    leaseStoreContract(subjectOf(memoryRunStore));
  });
  describe('names of totals', () => {
    totalNameStoreContract(subjectOf(memoryTotalNameStore));
  });
  describe('sources', () => {
    sourceStoreContract(subjectOf(memorySourceStore));
  });
  describe('tokens', () => {
    tokenStoreContract(subjectOf(memoryTokenStore));
  });
  describe('queues', () => {
    const queue = memoryTaskQueue();
    taskQueueContract(() => ({
      queue,
      take: (name) => Promise.resolve(queue.queues[name].splice(0).map(({ body }) => body)),
    }));
  });
});
