import * as v from 'valibot';
import { jsonTextBytes } from './item-size';
import type { JsonValue } from './json';
import { limits } from './limits';
import { piecesOf } from './lists';
import type { RunReason } from './run';
import { describeIssues } from './validate';

/**
 * The version of messages that this code writes; it reads this one and the one before. From version 2 on a reader ignores
 * fields that it does not know.
 */
export const messageVersion = 2;

const count = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const utf8 = (bytes: number) => v.pipe(v.string(), v.minLength(1), v.maxBytes(bytes));

const common = {
  v: v.pipe(v.number(), v.integer()),
  runId: utf8(1_024),
  /** Raised by reconcile: a message of an older generation has been replaced. */
  generation: count(0),
};

const retriable = {
  /** From 1. */
  attempt: count(1),
  /** Rate limits in a row before this try. */
  refusals: v.optional(count(0)),
  /** Epoch milliseconds before which the task is only passed on: SQS delays 15 minutes at most. */
  notBefore: v.optional(count(0)),
};

const pageTaskSchema = v.object({
  ...common,
  ...retriable,
  task: v.literal('page'),
  page: count(0, limits.pagesPerRun),
  pageToken: v.optional(utf8(limits.pageTokenBytes)),
  /** Objects on the pages before, for pacing. */
  objectsBefore: v.optional(count(0)),
  /** Fingerprints of an earlier token and of the objects of the page before, to notice that a listing repeats. */
  remembered: v.optional(v.string()),
  pageBefore: v.optional(v.string()),
  /** What the page before returned for this one. */
  carry: v.optional(v.custom<JsonValue>(() => true)),
  /** How many objects the source has, as a page before said. */
  total: v.optional(count(0)),
  /** The page may have been listed for an earlier message: what is stored of it is read first. */
  seen: v.optional(v.literal(true)),
  /** The pages behind it have messages of their own: the listing does not continue from here. */
  alone: v.optional(v.literal(true)),
});

const objectsTaskSchema = v.object({
  ...common,
  ...retriable,
  task: v.literal('objects'),
  page: count(0, limits.pagesPerRun),
  /** The objects: their number on the page, and their id. */
  objects: v.pipe(
    v.array(v.strictTuple([count(0, limits.objectsPerPage - 1), utf8(limits.objectIdBytes)])),
    v.minLength(1),
    v.maxLength(limits.objectsPerPage),
  ),
  /** Number of members of the page, with which its first settle opens its node; absent where the node is open. */
  pageSize: v.optional(count(1, limits.objectsPerPage)),
  /** The key of the item that holds the data of the page's objects. */
  dataKey: v.optional(v.string()),
  /** The place of the first object in the line of those that wait for the source; the others are behind it. */
  place: v.optional(count(0)),
  /** Alone in its message, for its last one died: it goes to the isolation queue, and what dies there has failed. */
  isolated: v.optional(v.literal(true)),
});

const callbackTaskSchema = v.object({
  ...common,
  task: v.literal('callback'),
  reason: v.picklist([
    'done',
    'listedShort',
    'deadline',
    'cancelled',
    'sourceFailing',
  ] satisfies RunReason[]),
});

const taskSchema = v.variant('task', [pageTaskSchema, objectsTaskSchema, callbackTaskSchema]);

/** List a page and fan out its objects. */
export type PageTask = v.InferOutput<typeof pageTaskSchema>;
/** Collect some objects of a page. */
export type ObjectsTask = v.InferOutput<typeof objectsTaskSchema>;
/** Complete the run. */
export type CallbackTask = v.InferOutput<typeof callbackTaskSchema>;
/** The body of a message. */
export type Task = PageTask | ObjectsTask | CallbackTask;

/** Bytes of a message that are left for all but its objects, and of each object for all but its id; generously. */
const taskBytes = 16_384;
const objectBytes = 64;

/**
 * Shares objects out among messages of at most `objectsPerMessage`; fewer where their ids are long, for a message has a
 * size in SQS too.
 */
export const messagesOf = <T>(
  objects: readonly T[],
  objectsPerMessage: number,
  idOf: (object: T) => string,
): T[][] =>
  piecesOf(
    objects,
    { items: objectsPerMessage, bytes: limits.messageBytes - taskBytes },
    (object) => jsonTextBytes(idOf(object)) + objectBytes,
  );

/** What a message's body turned out to be. */
export type ParsedTask =
  | { readonly kind: 'task'; readonly task: Task }
  /** Written by a version of Pollard that this one does not know: it goes back with a delay. */
  | { readonly kind: 'unknownVersion'; readonly v: number; readonly runId: string | undefined }
  | { readonly kind: 'malformed'; readonly message: string };

/** Reads a message's body. Never throws: what is wrong is in the answer, each field named. */
export function parseTask(body: string): ParsedTask {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    return { kind: 'malformed', message: `body: expected JSON (${String(cause)})` };
  }
  const version = v.safeParse(versionSchema, json);
  if (version.success && !knownVersions.includes(version.output.v)) {
    return { kind: 'unknownVersion', v: version.output.v, runId: version.output.runId };
  }
  const parsed = v.safeParse(taskSchema, json);
  if (!parsed.success) return { kind: 'malformed', message: describeIssues(parsed.issues) };
  const message = placeFault(parsed.output);
  return message === undefined
    ? { kind: 'task', task: parsed.output }
    : { kind: 'malformed', message };
}

/** A page's node is opened with `pageSize` members, so no object of the message may be beyond them. */
function placeFault(task: Task): string | undefined {
  if (task.task !== 'objects' || task.pageSize === undefined) return undefined;
  const { pageSize, objects } = task;
  const at = objects.findIndex(([index]) => index >= pageSize);
  if (at < 0) return undefined;
  return `objects.${at}.0: expected less than pageSize (${pageSize}), got ${objects[at]?.[0]}`;
}

/** Versions of messages that this code reads: its own and the one before. */
const knownVersions: readonly number[] = [messageVersion, messageVersion - 1];

const versionSchema = v.object({
  v: v.pipe(v.number(), v.integer()),
  runId: v.optional(v.string()),
});

/**
 * The epoch of a page task: of two messages that can list the same pages, the one of the later generation, or of the later
 * page, has the higher one.
 */
export const epochOf = ({ generation, page }: Pick<PageTask, 'generation' | 'page'>): number =>
  generation * 2 ** 20 + page;

/** What a member of a chord is told by: the same object of the same page of the same run. */
export const memberKey = (runId: string, page: number, index: number): string =>
  `${runId}#${page}#${index}`;
