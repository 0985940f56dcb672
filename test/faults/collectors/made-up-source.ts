import { objectId } from '../../../examples/resources/server/objects';
import { centsOf, type KitInput } from '../kit/input';

/** The ids of a page, as the source lists them this time. */
export function idsOf(input: KitInput, page: number): string[] {
  const size = input.sizes[page] ?? 0;
  const ids = Array.from({ length: size }, (_, index) => `${page}-${index}`);
  if (input.unstable) return differently(ids);
  const before = input.sizes[page - 1] ?? 0;
  return input.twins && before > 0 ? [...ids, `${page - 1}-${before - 1}`] : ids;
}

/** The ids with a nonce, one more or less of them, in another order. */
function differently(ids: readonly string[]): string[] {
  const nonce = Math.random().toString(36).slice(2, 8);
  const fewer = ids.length > 1 && Math.random() < 0.5 ? ids.slice(1) : ids;
  return fewer.map((id) => `${id}~${nonce}`).reverse();
}

/** Fetches an object from the stand-in source, which numbers them over all pages and may answer 429. */
export async function fetchFrom(
  { source, sizes }: KitInput,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly cents: number }> {
  const [page = 0, index = 0] = id.split('-').map(Number);
  const number = page * (sizes[0] ?? 0) + index;
  const answer = await fetch(`${source}/objects/${objectId(number)}`, { signal });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`The source answered ${answer.status}`, { cause: answer });
  return { cents: centsOf(id) };
}
