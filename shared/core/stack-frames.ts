import { readSafely } from './read-safely';

/** Replaces the positions of a bundle in a text by those of its sources, such as `collectors/stations.ts:12:9`. */
export type MapPositions = (text: string) => string;

/** Most frames that are shown: enough to see the collector's own lines. */
const mostFrames = 6;

/**
 * Returns the frames of an error's stack in the user's own files: neither Node's nor those of packages. An error thrown by a
 * package has the frames of packages, but for Pollard's, if it has no others.
 * @returns none for what has no stack, such as a Response that was thrown, and for what Pollard itself says of a value
 */
export function stackFrames(error: unknown, mapPositions: MapPositions): readonly string[] {
  const stack = readSafely(error, 'stack');
  if (typeof stack !== 'string') return [];
  const frames = [...mapPositions(stack).matchAll(/^ *at (.+:\d+\)?)$/gm)].map(
    ([, frame = '']) => frame,
  );
  const own = frames.filter((frame) => !/\bnode:|\bnode_modules\//.test(frame));
  const others = frames.filter((frame) => !/\bnode:|\bnode_modules\/pollard-aws\//.test(frame));
  return (own.length > 0 ? own : others).slice(0, mostFrames);
}
