import { packPageData, unpackPageData } from '../shared/aws/dynamodb/page-data';
import { StoreError } from '../shared/core/errors';
import type { FailureDetail, Manifest, PageStore } from '../shared/core/ports/page-store';
import { groupBy } from '../shared/core/lists';
import { mergeNote, noRetries, type PageRetries } from '../shared/core/retry-notes';
import { ifAbsent, memoryTable, type Hooks } from './memory-table';

/** Manifests, data, failure details and retries of pages in memory; it passes the suite of the real one. */
export function memoryPageStore(hooks?: Hooks): PageStore {
  const manifests = memoryTable<Manifest>('manifests', hooks);
  const failures = memoryTable<FailureDetail>('failures', hooks);
  return {
    putManifest: async (runId, page, manifest) => {
      const key = pageKey(runId, page);
      if (await manifests.write('putManifest', key, ifAbsent(manifest))) return manifest;
      const there = await manifests.read('readManifest', key);
      if (there) return there;
      throw new StoreError(`${key}: the manifest vanished`);
    },
    readManifest: (runId, page) => manifests.read('readManifest', pageKey(runId, page)),
    putFailures: async (runId, page, details) => {
      for (const detail of details) {
        const key = `${pageKey(runId, page)}${detail.index}`;
        await failures.write('putFailures', key, () => detail);
      }
    },
    readFailures: async (runId, page) => {
      const details = await failures.query('readFailures', pageKey(runId, page));
      return details.sort((a, b) => a.index - b.index);
    },
    ...memoryPageData(hooks),
    ...memoryRetries(hooks),
  };
}

function memoryPageData(hooks?: Hooks): Pick<PageStore, 'putPageData' | 'readPageData'> {
  const items = memoryTable<Uint8Array>('pageData', hooks);
  return {
    putPageData: async (runId, page, data) => {
      const { key, deflated } = packPageData(data);
      await items.write('putPageData', `${pageKey(runId, page)}${key}`, () => deflated);
      return key;
    },
    readPageData: async (runId, page, key) => {
      const deflated = await items.read('readPageData', `${pageKey(runId, page)}${key}`);
      return deflated && unpackPageData(deflated);
    },
  };
}

type Retries = Pick<PageStore, 'noteRetries' | 'noteIsolation' | 'noteTriedAlone' | 'readRetries'>;

function memoryRetries(hooks?: Hooks): Retries {
  const retries = memoryTable<PageRetries>('retries', hooks);
  return {
    noteRetries: async (runId, page, { members, lastError, together }) => {
      for (const [block, notes] of groupBy(members, ([member]) => Math.floor(member / together))) {
        await retries.write('noteRetries', `${pageKey(runId, page)}${block}`, (there) => {
          const merged = new Map(there?.members);
          for (const [member, note] of notes) {
            merged.set(member, mergeNote(merged.get(member), note));
          }
          const noted = { ...lastError, members: [...merged.keys()] };
          return { ...noRetries, members: merged, lastErrors: [noted] };
        });
      }
    },
    noteIsolation: async (runId, page, until) => {
      await retries.write('noteIsolation', `${pageKey(runId, page)}isolation`, (there) =>
        (there?.isolationUntil ?? -Infinity) < until
          ? { ...noRetries, ...there, isolationUntil: until }
          : undefined,
      );
    },
    noteTriedAlone: async (runId, page, member) => {
      await retries.write('noteTriedAlone', `${pageKey(runId, page)}isolation`, (there) => ({
        ...noRetries,
        ...there,
        triedAlone: new Set([...(there?.triedAlone ?? []), member]),
      }));
    },
    readRetries: async (runId, page) => {
      const blocks = await retries.query('readRetries', pageKey(runId, page));
      const isolationUntil = blocks.find((block) => block.isolationUntil)?.isolationUntil;
      return {
        members: new Map(blocks.flatMap(({ members }) => [...members])),
        lastErrors: blocks.flatMap(({ lastErrors }) => lastErrors).sort((a, b) => a.at - b.at),
        triedAlone: new Set(blocks.flatMap(({ triedAlone }) => [...triedAlone])),
        ...(isolationUntil === undefined ? {} : { isolationUntil }),
      };
    },
  };
}

/** A page's key in the table `manifests`; its failures begin with it. */
export const pageKey = (runId: string, page: number): string => `${runId}#P${page}#`;
