import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { NonRetryableError } from '../../core/errors';
import type { JsonValue } from '../../core/json';
import { limits } from '../../core/limits';
import type { PageData } from '../../core/ports/page-store';

/** The data of a page as it is stored. */
export interface PackedPageData {
  /** The hash of the data: other data of the same page is another item. */
  readonly key: string;
  readonly deflated: Uint8Array;
}

/**
 * Packs the data of a page.
 * @throws NonRetryableError when it is too large
 */
export function packPageData(data: PageData): PackedPageData {
  const json = Buffer.from(JSON.stringify([...data]));
  checkSize(json.length, limits.pageDataJsonBytes, 'of JSON');
  const deflated = deflateRawSync(json);
  checkSize(deflated.length, limits.pageDataBytes, 'when it is deflated');
  return { key: createHash('sha256').update(json).digest('base64url'), deflated };
}

/** Returns the data of a page without that of one object, deflated; `undefined` where it has none of it. */
export function pageDataWithout(deflated: Uint8Array, objectId: string): Uint8Array | undefined {
  const data = new Map(unpackPageData(deflated));
  return data.delete(objectId) ? deflateRawSync(JSON.stringify([...data])) : undefined;
}

/** Unpacks the data of a page. */
export const unpackPageData = (deflated: Uint8Array): PageData =>
  new Map(JSON.parse(inflateRawSync(deflated).toString()) as [string, JsonValue][]);

function checkSize(bytes: number, most: number, how: string): void {
  if (bytes <= most) return;
  throw new NonRetryableError(
    `listPage: objects: expected data of at most ${most} bytes ${how}, got ${bytes}; ` +
      'list fewer objects on a page, or leave out of data what is not needed',
  );
}
