import type { QueryCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { groupBy } from '../../core/lists';
import { limits } from '../../core/limits';
import type { LastError, NewRetryNotes, PageRetries, RetryNote } from '../../core/retry-notes';
import { fromAttribute, numberSet, numbersOf, toAttribute, type Item } from './attributes';
import { keys, skPrefixes } from './keys';
import { keyItem, prefixParams } from '../send';

/** Refusals beyond this change no wait, so two digits hold them. */
const mostRefusals = 99;

/**
 * The updates that note members of a page, one for each item. An item has an attribute `a<n>` with the members that came
 * to attempt n, so that a note that is late or repeated lowers none; and `w<member>`, the epoch milliseconds until which
 * it waits, times 100, plus its refusals: a member takes 13 bytes.
 */
export function noteRetriesParams(
  tableName: string,
  runId: string,
  page: number,
  { members, lastError, together }: NewRetryNotes,
  expiresAt: number,
): UpdateItemCommandInput[] {
  const perItem = Math.min(together, limits.membersPerRetryNote);
  const blocks = groupBy(members, ([member]) => Math.floor(member / perItem));
  return [...blocks].map(([block, notes]) => {
    const waits = notes.map(([member, note]) => [`w${member}`, waitOf(note)] as const);
    const attempts = [...groupBy(notes, ([, { attempt }]) => attempt)]
      .filter(([attempt]) => attempt > 1)
      .map(([attempt, those]) => [`a${attempt}`, those.map(([member]) => member)] as const);
    const added = attempts.map(([name]) => `${name} :${name}`).join(',');
    return {
      TableName: tableName,
      Key: keyItem(keys.retries(runId, page, block)),
      UpdateExpression:
        `SET ${waits.map(([name]) => `${name}=:${name}`).join(',')},lastError=:e,expiresAt=:x` +
        (added === '' ? '' : ` ADD ${added}`),
      ExpressionAttributeValues: {
        ...Object.fromEntries(waits.map(([name, N]) => [`:${name}`, { N }])),
        ...Object.fromEntries(attempts.map(([name, those]) => [`:${name}`, numberSet(those)])),
        ':e': toAttribute(lastError),
        ':x': { N: String(expiresAt) },
      },
    };
  });
}

/** Keeps the end of a page's isolation window in an item of its own among those of its retries. */
export const noteIsolationParams = (
  tableName: string,
  runId: string,
  page: number,
  until: number,
  expiresAt: number,
): UpdateItemCommandInput => ({
  TableName: tableName,
  Key: keyItem(keys.retries(runId, page, 'isolation')),
  UpdateExpression: 'SET isolationUntil = :until, expiresAt = :expiresAt',
  ConditionExpression: 'attribute_not_exists(isolationUntil) OR isolationUntil < :until',
  ExpressionAttributeValues: {
    ':until': { N: String(until) },
    ':expiresAt': { N: String(expiresAt) },
  },
});

/** Keeps which members a function has received alone next to the isolation window. */
export const noteTriedAloneParams = (
  tableName: string,
  runId: string,
  page: number,
  member: number,
  expiresAt: number,
): UpdateItemCommandInput => ({
  TableName: tableName,
  Key: keyItem(keys.retries(runId, page, 'isolation')),
  UpdateExpression: 'SET expiresAt = :expiresAt ADD triedAlone :member',
  ExpressionAttributeValues: {
    ':member': numberSet([member]),
    ':expiresAt': { N: String(expiresAt) },
  },
});

const waitOf = ({ until, refusals }: RetryNote): string =>
  String(Math.ceil(until) * 100 + Math.min(refusals, mostRefusals));

export const retriesParams = (tableName: string, runId: string, page: number): QueryCommandInput =>
  prefixParams(tableName, keys.manifest(runId, page).pk, skPrefixes.retries);

/** Reads the items of a page's retries. */
export function retriesOf(items: readonly Item[]): PageRetries {
  const noted = items.map((item) => ({ item, members: membersOf(item) }));
  const lastErrors = noted.flatMap(({ item: { lastError }, members }) =>
    lastError ? [{ ...(fromAttribute(lastError) as LastError), members: [...members.keys()] }] : [],
  );
  const isolationUntil = items.find((item) => item['isolationUntil'])?.['isolationUntil']?.N;
  return {
    members: new Map(noted.flatMap(({ members }) => [...members])),
    lastErrors: lastErrors.sort((a, b) => a.at - b.at),
    triedAlone: new Set(items.flatMap(({ triedAlone }) => numbersOf(triedAlone))),
    ...(isolationUntil === undefined ? {} : { isolationUntil: Number(isolationUntil) }),
  };
}

/** The members of an item. */
function membersOf(item: Item): Map<number, RetryNote> {
  const attempts = attemptsOf(item);
  const members = new Map<number, RetryNote>();
  for (const [name, value] of Object.entries(item)) {
    const member = /^w(\d+)$/.exec(name)?.[1];
    if (member === undefined) continue;
    const wait = Number(value.N);
    members.set(Number(member), {
      attempt: attempts.get(Number(member)) ?? 1,
      refusals: wait % 100,
      until: Math.floor(wait / 100),
    });
  }
  return members;
}

/** The highest attempt of each member. */
function attemptsOf(item: Item): Map<number, number> {
  const attempts = new Map<number, number>();
  for (const [name, value] of Object.entries(item)) {
    const attempt = Number(/^a(\d+)$/.exec(name)?.[1] ?? 0);
    for (const member of attempt > 0 ? numbersOf(value) : []) {
      attempts.set(member, Math.max(attempt, attempts.get(member) ?? 1));
    }
  }
  return attempts;
}
