/**
 * Returns what an error has in common with others of its kind: its text without the object's id, other ids, and numbers of four
 * digits or more, each replaced by `…`.
 */
export const errorKind = (error: string, objectId = ''): string =>
  withoutId(error, objectId)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27,}/gi, '…')
    .replace(/\b[\w.]*[-_/]?\d{4,}\b/g, '…');

/** Replaces an object's id in its error where it is a whole word: the id `a` is not every letter `a`. */
const withoutId = (error: string, objectId: string): string =>
  objectId.trim() === ''
    ? error
    : error.replace(
        new RegExp(`(?<![\\p{L}\\p{N}])${literally(objectId)}(?![\\p{L}\\p{N}])`, 'gu'),
        '…',
      );

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
