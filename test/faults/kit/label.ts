import type { Call } from '../../../localstack/embedded/http/service';

/** The names by which a pipeline's things are known. */
export interface Names {
  readonly tables: { readonly control: string; readonly record: string };
  /** Queue URLs. */
  readonly queues: Readonly<Record<string, string>>;
  /** Physical names of the functions. */
  readonly functions: Readonly<Record<string, string>>;
}

/** What a call is about, in the design's words: `settle page`, `extend branch`, `send objects`, `delete pages`. */
export function labelOf({ operation, body }: Call, names: Names): string {
  const url = body['QueueUrl'];
  if (typeof url === 'string') return `${verbOf(operation)} ${queueNameOf(url, names)}`;
  const table = tableOf(body);
  if (operation === 'BatchWriteItem')
    return table === names.tables.record ? 'save records' : 'put failures';
  if (operation === 'BatchGetItem') return 'get records';
  if (table === names.tables.record) return operation === 'Query' ? 'query records' : 'save record';
  if (operation === 'Query') return 'query control';
  const key = (body['Key'] ?? body['Item']) as ItemKey | undefined;
  const what = thingOf(key?.pk?.S ?? '', key?.sk?.S ?? '');
  if (operation === 'UpdateItem' && isNode(what)) {
    const text = String(body['UpdateExpression']);
    return `${text.startsWith('ADD') ? 'extend' : 'settle'} ${what}`;
  }
  const verb = { GetItem: 'get', PutItem: 'put', UpdateItem: 'update', DeleteItem: 'delete' }[
    operation
  ];
  return `${verb ?? operation} ${what}`;
}

interface ItemKey {
  readonly pk?: { readonly S?: string };
  readonly sk?: { readonly S?: string };
}

/** The table that a call is about. */
export function tableOf(body: Readonly<Record<string, unknown>>): string | undefined {
  const { TableName, RequestItems } = body;
  if (typeof TableName === 'string') return TableName;
  return RequestItems ? Object.keys(RequestItems)[0] : undefined;
}

const verbOf = (operation: string): string =>
  ({
    SendMessage: 'send',
    SendMessageBatch: 'send',
    ReceiveMessage: 'receive',
    DeleteMessageBatch: 'delete',
    ChangeMessageVisibilityBatch: 'hurry',
  })[operation] ?? operation;

/** A queue's name by its URL; who asks may write the host otherwise, so the last part decides. */
export function queueNameOf(url: string, { queues }: Names): string {
  const last = lastPart(url);
  return Object.entries(queues).find(([, own]) => lastPart(own) === last)?.[0] ?? '';
}

const lastPart = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

const isNode = (what: string): boolean => ['page', 'branch', 'run'].includes(what);

function thingOf(pk: string, sk: string): string {
  if (sk === 'CHORD') return nodeKind(pk);
  if (sk === 'MANIFEST') return 'manifest';
  if (sk === 'LEASE') return 'lease';
  if (sk === 'STATE') return 'state';
  if (sk.startsWith('RUN#')) return 'status';
  if (pk.startsWith('ACTIVE#')) return 'active';
  return pk.startsWith('EFFECT#') ? 'effect' : 'other';
}

function nodeKind(pk: string): string {
  if (/#P\d+$/.test(pk)) return 'page';
  return /#B\d+$/.test(pk) ? 'branch' : 'run';
}
