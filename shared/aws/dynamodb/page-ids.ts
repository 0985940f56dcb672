import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { fromAttribute, toAttribute, type Item } from './attributes';

/** Fewer bytes of ids stay as they are: their manifest takes one write unit anyway, and is easy to read in a console. */
const leastBytes = 512;

/**
 * The attribute of a page's ids: `ids`, deflated, so that a manifest of 100 of them mostly stays below 1 KB, which is one write
 * unit; or `objects`, a list, where there are few of them or they do not become smaller.
 */
export function idsItem(ids: readonly string[]): Item {
  const json = JSON.stringify(ids);
  if (json.length >= leastBytes) {
    const deflated = deflateRawSync(json);
    if (deflated.length < json.length) return { ids: { B: deflated } };
  }
  return { objects: toAttribute(ids) };
}

/** Reads the ids of either attribute; a manifest of an older release has `objects`. */
export function idsOf({ ids, objects }: Item): readonly string[] {
  if (ids?.B) return JSON.parse(inflateRawSync(ids.B).toString()) as string[];
  return objects ? (fromAttribute(objects) as string[]) : [];
}
