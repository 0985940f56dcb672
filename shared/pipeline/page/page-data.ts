import { NonRetryableError } from '../../core/errors';
import type { JsonValue } from '../../core/json';
import { remember } from '../../core/latest';
import type { Manifest, PageData, PageStore } from '../../core/ports/page-store';
import type { Run } from '../../core/run';
import { expiryOf, type Pipeline } from '../pipeline';

/**
 * Puts the data of a page that was listed, before its manifest.
 * @returns the manifest with the key of the data
 * @throws NonRetryableError when the data is too large, or carries a secret
 */
export async function putPageData(
  { pages }: Pipeline,
  run: Run,
  page: number,
  manifest: Manifest,
  data: PageData,
): Promise<Manifest> {
  if (data.size === 0) return manifest;
  return { ...manifest, dataKey: await pages.putPageData(run.runId, page, data, expiryOf(run)) };
}

/**
 * Copies the data of the objects that are left of a page from the run that listed it, which may expire before this one.
 * @throws NonRetryableError when it has expired already
 */
export async function copyPageData(
  pipeline: Pipeline,
  run: Run,
  page: number,
  {
    runId,
    manifest: { dataKey, ...manifest },
  }: { readonly runId: string; readonly manifest: Manifest },
): Promise<Manifest> {
  if (dataKey === undefined) return manifest;
  const data = await pipeline.pages.readPageData(runId, page, dataKey);
  if (!data) throw new NonRetryableError(`The data of page ${page} of ${runId} has expired`);
  const left = manifest.objects.flatMap((id): [string, JsonValue][] => {
    const listed = data.get(id);
    return listed === undefined ? [] : [[id, listed]];
  });
  return putPageData(pipeline, run, page, manifest, new Map(left));
}

/** The page that some objects are of, and the key of its data. */
export interface PageWithData {
  readonly run: Pick<Run, 'runId'>;
  readonly page: number;
  readonly dataKey?: string | undefined;
}

/**
 * Reads what a page listed of its objects.
 * @throws NonRetryableError when the manifest says that there is data, and its item is gone
 */
export type PageDataReader = (page: PageWithData) => Promise<PageData>;

const noData: PageData = new Map();

/** Pages whose data an environment remembers, of the latest: 4 MB each at most. */
const capacity = 8;

/** Makes a reader that reads the data of a page once for all messages of its objects. */
export function pageDataReader(pages: Pick<PageStore, 'readPageData'>): PageDataReader {
  const remembered = remember<PageData>(capacity);
  const read = async (runId: string, page: number, key: string): Promise<PageData> => {
    const data = await pages.readPageData(runId, page, key);
    if (!data) {
      throw new NonRetryableError(
        `The data that page ${page} of ${runId} listed is gone from the tables`,
      );
    }
    return data;
  };
  return async ({ run: { runId }, page, dataKey }) => {
    if (dataKey === undefined) return noData;
    const id = `${runId}#${page}#${dataKey}`;
    return remembered(id, () => read(runId, page, dataKey));
  };
}
