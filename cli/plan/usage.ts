import { sumOfValues } from '../../shared/core/lists';
import { itemBytes } from '../../shared/core/item-size';
import { limits } from '../../shared/core/limits';
import { costOfRun, type RunCost } from './prices';
import { recordReadUnitsOf, recordUnitsOf, runIdBytes, unitsOf } from './record-units';

/** The properties of a run that determine its number of requests when nothing fails. */
export interface RunShape {
  readonly objects: number;
  readonly pages: number;
  /** Whether pages are listed by number, all at once, instead of by token, one after the other. */
  readonly numbered: boolean;
  readonly objectsPerMessage: number;
  /** Bytes of an object's id, and of what is saved of it. */
  readonly idBytes: number;
  readonly recordBytes: number;
  /** Whether the collector lists all objects, or changes only. */
  readonly listing: 'all' | 'changes';
  /** Whether `onComplete` hands on a state. */
  readonly handsOnState: boolean;
  /** Batches that Lambda makes of the messages: invocations. */
  readonly pageBatches: number;
  readonly objectBatches: number;
  /** Pages in object batches: each page of a batch is saved and settled by itself. */
  readonly groups: number;
  /** Over all groups: updates of up to 100 members, and requests of up to 25 puts. */
  readonly settles: number;
  readonly putBatches: number;
  /** Updates that settle complete pages in their branches: one for those that an invocation completes. */
  readonly climbs: number;
  /** Page invocations of a second or more: each writes its billed time separately. */
  readonly longListings: number;
  /** Requests that send the objects' first messages: pages that are listed together share them. */
  readonly objectSends: number;
  /** Messages that were sent back to be tried again: each is noted before, and looked up by its receiver. */
  readonly retryMessages: number;
  /** Writes by which the governor reserves time of a source whose limit is known, about a second each. */
  readonly reservations: number;
  /** Reads of the run's item by invocations: each environment reads it once in two seconds. */
  readonly runReads: number;
  /** Environments that collect objects: each reads the names of the totals once. */
  readonly objectEnvironments: number;
}

/** Makes the counts of a run's shape that a simulation adds to. */
export const nothingCounted = () => ({
  ...{ groups: 0, settles: 0, putBatches: 0, climbs: 0 },
  ...{ longListings: 0, objectSends: 0, retryMessages: 0, reservations: 0 },
});

/** The requests that a run makes to AWS. */
export interface PlannedUsage {
  readonly sqs: Readonly<
    Record<'SendMessageBatch' | 'ReceiveMessage' | 'DeleteMessageBatch', number>
  >;
  readonly dynamodb: Readonly<
    Record<'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'BatchWriteItem' | 'DeleteItem', number>
  >;
  /** Invocations. */
  readonly lambda: Readonly<Record<'start' | 'page' | 'object' | 'callback', number>>;
  readonly writeUnits: { readonly control: number; readonly records: number };
  readonly readUnits: number;
  /** SQS requests as billed: each 64 KB is one. */
  readonly billedSqsRequests: number;
}

/**
 * Calls of the functions that every run makes once, as shared/pipeline has them. Start: it reads run, lease (twice), run
 * and state, takes and renews the lease, adds the collector's name, puts active item, the item of its start, run, branch and run node. Callback: it reads run, run node and
 * lease, begins and finishes, counts failed runs, hands the lease over, deletes the active item.
 */
const once = { gets: 8, startUpdates: 3, startPuts: 4, endUpdates: 4, deletes: 1 } as const;

/** Counts what the callback reads of the listing: the run and branch node for its pages, and the manifest of the last page, or of both ends. */
const listingReads = ({ numbered, pages }: RunShape): number => (numbered ? Math.min(2, pages) : 3);

/** The names of the totals are claimed in a write, or a few where environments begin at the same time. */
const nameClaims = 1;

/** The requests of a run. Exact when nothing fails and the batches are as `shape` says. */
export function usageOf(shape: RunShape): PlannedUsage {
  const { pages, numbered, objects } = shape;
  const branches = Math.max(1, Math.ceil(pages / limits.pagesPerBranch));
  const sends = sendsOf(shape);
  const batches = shape.pageBatches + shape.objectBatches + 1;
  const extensions = numbered ? 0 : Math.max(0, pages - 1);
  const updates =
    once.startUpdates +
    extensions +
    shape.settles +
    shape.climbs +
    branches +
    once.endUpdates +
    nameClaims +
    shape.longListings +
    shape.reservations +
    shape.retryMessages;
  const listsChanges = shape.listing === 'changes';
  // An object's newest records are read before the save and after it; a run of all objects reads what the newest run listed.
  const queries = shape.retryMessages + (listsChanges ? 2 * objects : 1);
  // A page that has objects has its node opened by its first settle.
  const emptyPages = objects === 0 ? pages : 0;
  const puts = once.startPuts + branches + pages + emptyPages + (shape.handsOnState ? 1 : 0);
  const gets =
    once.gets +
    listingReads(shape) +
    shape.runReads +
    shape.objectEnvironments +
    shape.retryMessages;
  const controlUnits = updates + puts + once.deletes + extraUnits(shape);
  return {
    sqs: {
      SendMessageBatch: sends.requests,
      ReceiveMessage: batches,
      DeleteMessageBatch: batches,
    },
    dynamodb: {
      GetItem: gets,
      Query: queries,
      PutItem: puts,
      UpdateItem: updates + (listsChanges ? objects : 0),
      BatchWriteItem: shape.putBatches,
      DeleteItem: once.deletes,
    },
    lambda: { start: 1, page: shape.pageBatches, object: shape.objectBatches, callback: 1 },
    writeUnits: {
      control: controlUnits,
      records: objects * recordUnitsOf(shape),
    },
    readUnits: gets + shape.retryMessages + (listsChanges ? objects * recordReadUnitsOf(shape) : 1),
    billedSqsRequests: sends.requests + 2 * batches + 2 * sends.moreChunks,
  };
}

const taskBytes = 220;
const objectInTaskBytes = 9;
const chunkBytes = 65_536;

/** Requests of SendMessageBatch, and chunks of 64 KB beyond the first of each. */
function sendsOf(shape: RunShape): { readonly requests: number; readonly moreChunks: number } {
  const { pages, objects, objectsPerMessage, objectSends, retryMessages } = shape;
  if (pages === 0) return { requests: 1, moreChunks: 0 };
  // By token each page message is sent alone, and delivered alone.
  const ofPages = shape.numbered ? Math.ceil(pages / limits.batchEntries) : shape.pageBatches;
  let moreChunks = 0;
  for (const { size, times } of pageSizes(objects, pages)) {
    const messages = Math.ceil(size / objectsPerMessage);
    const perPage = Math.ceil(messages / limits.batchEntries);
    const bytes = messages * taskBytes + size * (shape.idBytes + objectInTaskBytes);
    moreChunks += Math.max(0, Math.ceil(bytes / chunkBytes) - perPage) * times;
  }
  return { requests: ofPages + objectSends + retryMessages + 1, moreChunks };
}

/** Sizes of pages: all are full but for the last. */
export function pageSizes(
  objects: number,
  pages: number,
): readonly { readonly size: number; readonly times: number }[] {
  if (pages === 0) return [];
  const full = Math.ceil(objects / pages);
  const last = objects - full * (pages - 1);
  return last === full || last < 0
    ? [{ size: full, times: pages }]
    : [
        { size: full, times: pages - 1 },
        { size: last, times: 1 },
      ];
}

/** A page's partition key is about this long. */
const pageKeyBytes = runIdBytes + 6;

/** Write units beyond one a write: manifests and page nodes grow beyond 1 KB with the page. */
function extraUnits(shape: RunShape): number {
  const { objects, pages } = shape;
  if (pages === 0) return 0;
  const settlesAPage = shape.settles / pages;
  let units = 0;
  for (const { size, times } of pageSizes(objects, pages)) {
    units += times * (unitsOf(manifestBytes(size, shape.idBytes)) - 1);
    units += times * extraNodeUnits(size, Math.max(1, settlesAPage));
  }
  return Math.round(units);
}

/** Share of the bytes of ids that is left when they are deflated: half of random ones, a fifth of those that count up. */
const deflatedShare = 0.5;

/** Computes the bytes of a manifest with this number of ids. */
export const manifestBytes = (ids: number, idBytes: number): number =>
  pageKeyBytes +
  itemBytes({
    pk: '',
    sk: 'MANIFEST',
    nextPageToken: '123456',
    listing: 'complete',
    objectsBefore: 100_000,
    expiresAt: 1_800_000_000,
  }) +
  'ids'.length +
  Math.ceil(ids * (idBytes + 1) * deflatedShare);

/** Bytes of a page node beside its pending members: keys, counts, two totals. */
const nodeBytes = pageKeyBytes + 140;
/** Bytes of a number in a set: 2 to 99, 3 to 999. */
const setBytes = (members: number): number =>
  2 * Math.min(members, 100) + 3 * Math.max(0, members - 100);

/** The first settle is billed by the node that it opens, each other one by the node before it, which shrinks. */
function extraNodeUnits(size: number, settles: number): number {
  let units = 0;
  for (let settle = 0; settle < settles; settle += 1) {
    const left = Math.ceil(size * (1 - Math.max(1, settle) / settles));
    units += unitsOf(nodeBytes + setBytes(left)) - 1;
  }
  return units;
}

/** GB-seconds of a run: those of the functions that wait for the source, and the others'. */
export interface GbSeconds {
  readonly waiting: number;
  readonly other: number;
}

/** Computes the cost of a run's usage. */
export const costOfUsage = (usage: PlannedUsage, gbSeconds: GbSeconds): RunCost =>
  costOfRun({
    sqsRequests: usage.billedSqsRequests,
    lambdaRequests: sumOfValues(usage.lambda),
    waitingGbSeconds: gbSeconds.waiting,
    otherGbSeconds: gbSeconds.other,
    controlWriteUnits: usage.writeUnits.control,
    recordWriteUnits: usage.writeUnits.records,
    readUnits: usage.readUnits,
    schedulerInvocations: 1,
    events: 1,
  });

/** Returns how long a simulated run takes, and what it costs. */
export const timeAndCost = ({
  wallSeconds,
  shape,
  gbSeconds,
}: {
  readonly wallSeconds: number;
  readonly shape: RunShape;
  readonly gbSeconds: GbSeconds;
}) => ({
  wallSeconds,
  costUsd: costOfUsage(usageOf(shape), gbSeconds).total,
});
