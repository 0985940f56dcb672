import { getJson } from './http';
import type { Details, ListedPage, Resource, ResourcesSource } from './source';

interface ApiOptions {
  /** Without a slash at its end. */
  readonly url: string;
  /** Whether pages go by their numbers, so that they can be listed at the same time. */
  readonly parallel: boolean;
  readonly crunchMs: number;
}

/** The resources of an API over HTTP. */
export function apiSource({ url, parallel, crunchMs }: ApiOptions): ResourcesSource {
  return {
    crunchMs,
    pageCount: async (signal) => {
      if (!parallel) return undefined;
      const { pages } = await getJson<{ pages: number }>(`${url}/pages`, { signal });
      return pages;
    },
    page: async ({ pageNumber, pageToken }, signal): Promise<ListedPage> => {
      const query = parallel
        ? `?page_number=${pageNumber}`
        : pageToken === undefined
          ? ''
          : `?page=${encodeURIComponent(pageToken)}`;
      const { objects, next } = await getJson<{ objects: string[]; next: string | null }>(
        `${url}/objects${query}`,
        { signal },
      );
      return { objects, next: parallel ? undefined : (next ?? undefined) };
    },
    object: (id, signal) =>
      getJson<Resource>(`${url}/objects/${encodeURIComponent(id)}`, { signal }),
    details: (id, signal) =>
      getJson<Details>(`${url}/objects/${encodeURIComponent(id)}/details`, { signal }),
  };
}
