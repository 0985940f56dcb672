import { shownOf } from '../shared/collector/check-objects';
import { forgottenId } from '../shared/core/manifest';
import { noRedaction } from '../shared/core/plain-json';
import type { RejectedId } from '../shared/core/ports/page-store';
import { fromAttribute, toAttribute, type Item } from '../shared/aws/dynamodb/attributes';
import { dataOf } from '../shared/aws/dynamodb/data-store';
import { textItemOf, type TextItem } from '../shared/aws/dynamodb/keys';
import { pageDataWithout, unpackPageData } from '../shared/aws/dynamodb/page-data';
import { idsItem, idsOf } from '../shared/aws/dynamodb/page-ids';

/** A change to an item of the control table after which the item no longer names an object. */
export type Erasure =
  | { readonly kind: 'none' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'put'; readonly item: Item };

const none: Erasure = { kind: 'none' };

/** Decides what is done to an item for an object to be forgotten. Its run must have ended. */
export function erasureOf(item: Item, objectId: string): Erasure {
  switch (kindOf(item)) {
    case 'failure':
      return namesIt(item['objectId']?.S, objectId) ? { kind: 'delete' } : none;
    case 'retries':
      // Only a run under way needs its notes.
      return occursIn(valueOf(item, 'lastError'), objectId) ? { kind: 'delete' } : none;
    case 'manifest':
      return manifestWithout(item, objectId);
    case 'pageData': {
      const rest = pageDataWithout(dataIn(item), objectId);
      return rest ? { kind: 'put', item: { ...item, data: { B: rest } } } : none;
    }
    default:
      return none;
  }
}

function manifestWithout(item: Item, objectId: string): Erasure {
  const listed = idsOf(item);
  const rejected = (item['rejected'] ? fromAttribute(item['rejected']) : []) as RejectedId[];
  const hasIt = ({ shown }: RejectedId): boolean => namesIt(shown, objectId);
  if (!listed.includes(objectId) && !rejected.some(hasIt)) return none;
  const { ids: _, objects: __, ...rest } = item;
  return {
    kind: 'put',
    item: {
      ...rest,
      ...idsItem(listed.map((id) => (id === objectId ? forgottenId : id))),
      ...(rejected.length > 0 && {
        rejected: toAttribute(
          rejected.map((each) => (hasIt(each) ? { shown: forgottenId, error: 'forgotten' } : each)),
        ),
      }),
    },
  };
}

/** Whether this is the id of the object, or how a page shows it where it could not be collected. */
const namesIt = (shown: string | undefined, objectId: string): boolean =>
  shown === objectId || shown === shownOf(objectId, noRedaction);

/** Texts that a collector, or an error, has put into items, by what a person calls them. */
const texts: Readonly<Partial<Record<TextItem, Readonly<Record<string, string>>>>> = {
  state: { state: 'the state of the collector' },
  runData: { json: 'the input or the state of a run' },
  run: {
    input: 'the input or the state of a run',
    state: 'the input or the state of a run',
    callbackError: 'the error of an onComplete',
  },
  manifest: {
    nextPageToken: 'a page token',
    carry: 'what a page carries',
    error: 'the error of a page',
    rejected: 'the error of a page',
  },
  failure: { error: 'the error of another object' },
};

/** Says in what else an item names an object: in a text of the collector or of an error, which stays as it is. */
export function mentionsIn(item: Item, objectId: string): string[] {
  const kind = kindOf(item);
  if (kind === 'pageData') {
    const others = [...unpackPageData(dataIn(item))].filter(([id]) => id !== objectId);
    return occursIn(others, objectId) ? ['the listed data of another object'] : [];
  }
  const found = Object.entries(texts[kind] ?? {})
    .filter(([attribute]) => occursIn(valueOf(item, attribute), objectId))
    .map(([, what]) => what);
  return [...new Set(found)];
}

const kindOf = ({ pk, sk }: Item): TextItem => textItemOf({ pk: pk?.S ?? '', sk: sk?.S ?? '' });

const dataIn = (item: Item): Uint8Array => item['data']?.B ?? new Uint8Array();

function valueOf(item: Item, attribute: string): unknown {
  const value = item[attribute];
  if (value === undefined) return undefined;
  return attribute === 'json' ? dataOf(item) : fromAttribute(value);
}

/** Whether an id stands in a text of a value, or in a key, and not as a part of a longer word or number. */
function occursIn(value: unknown, objectId: string): boolean {
  if (typeof value === 'string') return standsIn(value, objectId);
  if (Array.isArray(value)) return value.some((each) => occursIn(each, objectId));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, each]) => standsIn(key, objectId) || occursIn(each, objectId),
  );
}

function standsIn(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    const around = (text[at - 1] ?? '') + (text[at + id.length] ?? '');
    if (!wordCharacter.test(around)) return true;
  }
  return false;
}

const wordCharacter = /[\p{L}\p{N}_-]/u;
