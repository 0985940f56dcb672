/** Pollard's limits and the AWS limits they stand on; each is written here and nowhere else. */
export const limits = {
  /** Pages that are held while the rest of a run is sent again: they stand in its item, which every environment reads. */
  heldPages: 100,
  /** Objects on a page: their numbers are one set of a page node (3 write units at 1,000). */
  objectsPerPage: 1_000,
  /** Bytes of an object id; DynamoDB allows 2,048 of a partition key, which also carries the collector. */
  objectIdBytes: 255,
  /** Bytes of a page token; it travels in a message and a manifest. */
  pageTokenBytes: 65_536,
  /** Bytes of JSON of what a page carries to the next one; it travels as a page token does, and may become the state. */
  carryBytes: 32 * 1024,
  /** Bytes of the data that a page lists with its objects: deflated, as the item that holds it, and as JSON. */
  pageDataBytes: 256 * 1024,
  pageDataJsonBytes: 4 * 1024 * 1024,
  /** Pages of a run. */
  pagesPerRun: 10_000,
  /** Pages below a branch node: a set of 256 numbers stays under 1 KB, so an update is one write unit. */
  pagesPerBranch: 256,
  /** Members settled by one update: their condition takes 2.2 KB of the 4 KB that DynamoDB allows an expression. */
  membersPerSettle: 100,
  /** Operators and functions of one update in DynamoDB, those of its condition included. */
  operatorsPerUpdate: 300,
  /** Bytes of an attribute's name in DynamoDB, at any depth. */
  attributeNameBytes: 65_535,
  /** Members whose retries share an item: it stays below 1 KB, so an update is one write unit. */
  membersPerRetryNote: 50,
  /** Skipped ticks that a pipeline remembers: at most 30 KB of an item that only skipping writes. */
  skippedTicksKept: 100,
  /** Walks of reconcile that a run keeps, for a chart of an hour: at most 1 KB of its item. */
  walksKept: 60,
  /** Bytes of an item in DynamoDB. */
  itemBytes: 400 * 1024,
  /** Bytes of JSON of a run's input and of the state handed on; each is an item of its own. */
  inputBytes: 64 * 1024,
  stateBytes: 64 * 1024,
  /** Names of totals of a run: each is an attribute of every node, so an update must be able to add to all of them. */
  totalNames: 100,
  totalNameLength: 64,
  /** Digits of what one object adds to a total: of 10 million objects, 37 of the 38 that DynamoDB sums exactly. */
  totalDigits: 30,
  /** Seconds that SQS can delay a message. */
  delaySeconds: 900,
  /** Bytes of a message in SQS, and of all those of a SendMessageBatch together. */
  messageBytes: 1_048_576,
  /** Entries of a SendMessageBatch. */
  batchEntries: 10,
  /** Open descriptors of a Lambda environment that are left for fetchers (1,024 less what Node and the SDK hold). */
  fetchesAtOnce: 900,
  /** Seconds that a scheduled time may be ahead of the clock of the start function. */
  aheadSeconds: 60,
  /** The number of a manual start or redrive of a scheduled time. */
  manual: 1_000_000,
  /** Seconds after which a lease whose run was never written is free. */
  unwrittenLeaseSeconds: 60,
  /** Seconds that Lambda waits in all before the second and the third try of a start that fails: a minute, then two. */
  startRetriesSeconds: 180,
} as const;
