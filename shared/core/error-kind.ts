/**
 * Returns what an error has in common with others of its kind: its text without the object's id, other ids, places in a list
 * (`objects[7]`), and numbers of four digits or more, each replaced by `…`.
 */
export const errorKind = (error: string, objectId = ''): string =>
  withoutId(error, objectId)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27,}/gi, '…')
    .replace(/\[\d+\]/g, '[…]')
    .replace(/\b[\w.]*[-_/]?\d{4,}\b/g, '…');

const [letterBefore, letterAfter] = [/[\p{L}\p{N}]$/u, /^[\p{L}\p{N}]/u];

/**
 * Replaces an object's id in its error where it is a whole word: the id `a` is not every letter `a`. A regular expression for each
 * id would take longer to compile than all the rest.
 */
function withoutId(error: string, objectId: string): string {
  if (objectId.trim() === '') return error;
  let [kept, from] = ['', 0];
  for (let at = error.indexOf(objectId); at >= 0; at = error.indexOf(objectId, at + 1)) {
    const end = at + objectId.length;
    // Two units: a character may be a surrogate pair.
    const isWord =
      !letterBefore.test(error.slice(Math.max(0, at - 2), at)) &&
      !letterAfter.test(error.slice(end, end + 2));
    if (at < from || !isWord) continue;
    kept += `${error.slice(from, at)}…`;
    from = end;
  }
  return kept + error.slice(from);
}
