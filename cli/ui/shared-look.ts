/**
 * Shares a look between all that ask for it: those that ask while it is under way, or less than `freshMs` after it
 * began, get the same. One that failed is not kept.
 * @param now epoch milliseconds
 */
export function sharedLook<T>(
  freshMs: number,
  now: () => number,
  look: () => Promise<T>,
): () => Promise<T> {
  let last: { readonly at: number; readonly result: Promise<T> } | undefined;
  return () => {
    if (last && now() - last.at < freshMs) return last.result;
    const own = { at: now(), result: look() };
    last = own;
    own.result.catch(() => {
      if (last === own) last = undefined;
    });
    return own.result;
  };
}
