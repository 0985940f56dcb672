import type { Answer, Body, Call } from '../../../localstack/embedded/http/service';

type Proceed = (body?: Body) => Promise<Answer>;
/** Whether an entry is taken. */
type Taken = () => boolean;

/** Takes some entries of a batch, as AWS may, and answers so. */
export async function inPart(call: Call, proceed: Proceed, taken: Taken): Promise<Answer> {
  const { operation, body } = call;
  if (operation === 'SendMessageBatch') return someMessages(body, proceed, taken);
  const kept: Record<string, unknown> = {};
  const left: Record<string, unknown> = {};
  for (const [table, wanted] of Object.entries(body['RequestItems'] as Record<string, unknown>)) {
    const keys = operation === 'BatchGetItem' ? (wanted as { Keys: unknown[] }) : undefined;
    const [some, rest] = split(keys?.Keys ?? (wanted as unknown[]), taken);
    if (some.length > 0) kept[table] = keys ? { ...keys, Keys: some } : some;
    if (rest.length > 0) left[table] = keys ? { ...keys, Keys: rest } : rest;
  }
  const name = operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems';
  if (Object.keys(kept).length === 0) {
    return { status: 200, body: { Responses: {}, [name]: left } };
  }
  const answer = await proceed({ ...body, RequestItems: kept });
  return answer.status === 200 ? { ...answer, body: { ...answer.body, [name]: left } } : answer;
}

async function someMessages(body: Body, proceed: Proceed, taken: Taken): Promise<Answer> {
  const [some, rest] = split(body['Entries'] as readonly Body[], taken);
  const failed = rest.map(({ Id }) => ({
    Id,
    SenderFault: false,
    Code: 'InternalError',
    Message: 'The kit does not take this entry',
  }));
  if (some.length === 0) return { status: 200, body: { Successful: [], Failed: failed } };
  const answer = await proceed({ ...body, Entries: some });
  if (answer.status !== 200) return answer;
  const others = (answer.body['Failed'] ?? []) as readonly unknown[];
  return { ...answer, body: { ...answer.body, Failed: [...others, ...failed] } };
}

function split<T>(list: readonly T[], taken: Taken): [T[], T[]] {
  const [some, rest]: [T[], T[]] = [[], []];
  for (const each of list) (taken() ? some : rest).push(each);
  return [some, rest];
}
