import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { unknownSource, type SourceState } from '../../core/governor/source-state';
import type { Reservation, SourceKey, SourceStore } from '../../core/ports/source-store';
import { getItem, getParams, keyItem, updateItem } from '../send';
import { expressionNames, fromItem, toItem, type Item } from './attributes';
import { keys } from './keys';

/** What reservations and places move on is an attribute of its own; the rest is one map. */
const moved = ['version', 'tat', 'busySince', 'served', 'planned'] as const;

/** The items of sources in the control table. They are never deleted and have no TTL. */
export function sourceStore(client: DynamoDBClient, tableName: string): SourceStore {
  const read = async (name: SourceKey): Promise<SourceState | undefined> => {
    const item = await getItem(client, getParams(tableName, keys.source(name)));
    return item && stateOf(item);
  };
  const write = async (params: UpdateItemCommandInput): Promise<SourceState | undefined> => {
    const item = await updateItem(client, params);
    return item && stateOf(item);
  };
  return {
    readSource: read,
    writeSource: async (name, next, resetTat = false) => {
      const written = await write(writeSourceParams(tableName, name, next, resetTat));
      if (written) return { written: true, state: written };
      const state = (await read(name)) ?? unknownSource;
      // A retry of ours may have found our own write.
      return { written: sameChange(state, next), state };
    },
    reserveTime: async (name, seen, reservation) => {
      for (const isIdle of [seen.tat < reservation.from, seen.tat >= reservation.from]) {
        const state = await write(reserveParams(tableName, name, seen, { ...reservation, isIdle }));
        if (state) return { kind: 'reserved', from: state.tat - reservation.ms, state };
        const there = (await read(name)) ?? unknownSource;
        const isOther = there.version !== seen.version || there.tat > reservation.latest;
        if (isOther || there.tat < reservation.from === isIdle) {
          return { kind: 'refused', state: there };
        }
      }
      return { kind: 'refused', state: seen };
    },
    takePlaces: async (name, count) =>
      (await write(placesParams(tableName, name, count))) ?? unknownSource,
  };
}

const sameChange = (a: SourceState, b: SourceState): boolean =>
  a.version === b.version && isDeepStrictEqual(toItem(fixedPart(a)), toItem(fixedPart(b)));

/** Reads the item of a source. */
export function stateOf(item: Item): SourceState {
  const { state, version, tat, busySince, served, planned } = fromItem(item);
  const read = { version, tat, busySince, served, planned };
  const numbers = Object.entries(read).filter(([, value]) => value !== undefined);
  return { ...unknownSource, ...(state as object), ...Object.fromEntries(numbers) };
}

/** The part of a state that only a new version changes. */
function fixedPart(state: SourceState): object {
  return Object.fromEntries(
    Object.entries(state).filter(([name]) => !(moved as readonly string[]).includes(name)),
  );
}

const isVersion = (version: number): string =>
  version === 0 ? '(attribute_not_exists(#version) OR #version = :seen)' : '#version = :seen';

export const writeSourceParams = (
  tableName: string,
  name: SourceKey,
  next: SourceState,
  resetTat: boolean,
): UpdateItemCommandInput => ({
  TableName: tableName,
  Key: keyItem(keys.source(name)),
  UpdateExpression: `SET #state = :state, #version = :version${resetTat ? ', #tat = :tat' : ''}`,
  ConditionExpression: isVersion(next.version - 1),
  ExpressionAttributeNames: expressionNames(['state', 'version', ...(resetTat ? ['tat'] : [])]),
  ExpressionAttributeValues: toItem({
    ':state': fixedPart(next),
    ':version': next.version,
    ':seen': next.version - 1,
    ...(resetTat ? { ':tat': next.tat } : {}),
  }),
});

/** A reservation behind those that are there, or, where the time of the last one has passed, from now on. */
export const reserveParams = (
  tableName: string,
  name: SourceKey,
  seen: SourceState,
  { from, ms, latest, placed, place, isIdle }: Reservation & { readonly isIdle: boolean },
): UpdateItemCommandInput => {
  const first = placed > 0 ? Math.max(seen.served, place) : seen.served;
  const { version } = seen;
  return {
    TableName: tableName,
    Key: keyItem(keys.source(name)),
    UpdateExpression: isIdle
      ? 'SET #tat = :tat, #busySince = :from, #served = :served'
      : 'SET #tat = #tat + :ms, #served = if_not_exists(#served, :zero) + :placed',
    ConditionExpression: `${isVersion(version)} AND ${
      isIdle ? '(attribute_not_exists(#tat) OR #tat < :from)' : '#tat >= :from AND #tat <= :latest'
    }`,
    ExpressionAttributeNames: expressionNames([
      'version',
      'tat',
      'served',
      ...(isIdle ? ['busySince'] : []),
    ]),
    ExpressionAttributeValues: toItem({
      ':seen': version,
      ':from': from,
      ...(isIdle
        ? { ':tat': from + ms, ':served': first + placed }
        : { ':ms': ms, ':latest': latest, ':placed': placed, ':zero': 0 }),
    }),
  };
};

const placesParams = (
  tableName: string,
  name: SourceKey,
  count: number,
): UpdateItemCommandInput => ({
  TableName: tableName,
  Key: keyItem(keys.source(name)),
  UpdateExpression: 'ADD #planned :count',
  ExpressionAttributeNames: expressionNames(['planned']),
  ExpressionAttributeValues: { ':count': { N: String(count) } },
});
