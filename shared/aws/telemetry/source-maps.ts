import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { orUndefined } from '../../core/read-safely';
import type { MapPositions } from '../../core/stack-frames';

/**
 * Makes a function that looks positions up in the source map next to each bundle. A map is read when a position of its bundle
 * is first looked up: a function that reports no error does not pay for it, unlike with `--enable-source-maps`.
 */
export function sourceMaps(): MapPositions {
  const maps = new Map<string, SourceMap | undefined>();
  const mapOf = (file: string): SourceMap | undefined => {
    if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
    return maps.get(file);
  };
  return (text) =>
    text.replace(/(\/[^\s():]+\.js):(\d+):(\d+)/g, (position, file: string, line, column) => {
      const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (!entry || !('originalSource' in entry)) return position;
      const { originalSource, originalLine, originalColumn } = entry;
      const source = sourcePath(file, originalSource);
      return `${source}:${originalLine + 1}:${originalColumn + 1}`;
    });
}

/** The path of a source from the working directory; on Lambda, where no source is, without the steps that lead there. */
const sourcePath = (file: string, source: string): string =>
  relative(process.cwd(), resolve(dirname(file), source)).replace(/^(\.\.\/)+/, '');

const readMap = (file: string): SourceMap | undefined =>
  orUndefined(() => new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload));
