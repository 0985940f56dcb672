import type { NodeId } from '../../core/chord';
import type { SourceKey } from '../../core/ports/source-store';
import { collectorOf } from '../../core/run';

/** The keys of every item; the tables are described in docs/architecture.md. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

const pagePk = (runId: string, page: number): string => `${runId}#P${page}`;
const collectorPk = (collector: string): string => `COLLECTOR#${collector}`;
/** The partition of the sources of a collector. */
export const sourcePk = (collector: string): string => `SOURCE#${collector}`;
/** The partition of a collector's active runs. */
export const activePk = (collector: string): string => `ACTIVE#${collector}`;

export const keys = {
  node: (node: NodeId): Key => ({ pk: nodePk(node), sk: 'CHORD' }),
  manifest: (runId: string, page: number): Key => ({ pk: pagePk(runId, page), sk: 'MANIFEST' }),
  pageData: (runId: string, page: number, key: string): Key => ({
    pk: pagePk(runId, page),
    sk: `${skPrefixes.data}${key}`,
  }),
  totalNames: (runId: string): Key => ({ pk: runId, sk: 'TOTALS' }),
  failure: (runId: string, page: number, index: number): Key => ({
    pk: pagePk(runId, page),
    sk: `${skPrefixes.failure}${index}`,
  }),
  retries: (runId: string, page: number, block: number | 'isolation'): Key => ({
    pk: pagePk(runId, page),
    sk: `${skPrefixes.retries}${String(block)}`,
  }),
  run: (runId: string): Key => ({
    pk: collectorPk(collectorOf(runId)),
    sk: `${skPrefixes.run}${runId}`,
  }),
  started: (runId: string, startedAt: number): Key => ({
    pk: collectorPk(collectorOf(runId)),
    sk: `${skPrefixes.started}${new Date(startedAt).toISOString()}#${runId}`,
  }),
  data: (runId: string, key: string): Key => ({ pk: runId, sk: `${skPrefixes.data}${key}` }),
  state: (collector: string): Key => ({ pk: collectorPk(collector), sk: 'STATE' }),
  collectorNames: (): Key => ({ pk: 'COLLECTORS', sk: 'NAMES' }),
  token: (collector: string, name: string): Key => ({
    pk: collectorPk(collector),
    sk: `TOKEN#${name}`,
  }),
  lease: (collector: string): Key => ({ pk: `LEASE#${collector}`, sk: 'LEASE' }),
  skippedTicks: (collector: string): Key => ({ pk: `LEASE#${collector}`, sk: 'SKIPPED' }),
  source: ({ collector, source, key }: SourceKey): Key => ({
    pk: sourcePk(collector),
    sk: key === undefined ? source : `${source}#${key}`,
  }),
  active: (runId: string): Key => ({ pk: activePk(collectorOf(runId)), sk: runId }),
  record: (collector: string, objectId: string, runId: string): Key => ({
    pk: `${collector}#${objectId}`,
    sk: runId,
  }),
} as const;

/** What the sort keys of items that are queried together start with. */
export const skPrefixes = {
  data: 'DATA#',
  failure: 'FAILURE#',
  retries: 'RETRIES#',
  run: 'RUN#',
  started: 'STARTED#',
} as const;

/** A kind of item in the control table that may hold texts of a collector. */
export type TextItem =
  'manifest' | 'pageData' | 'failure' | 'retries' | 'runData' | 'run' | 'state' | 'other';

/** Tells what an item of the control table is. */
export function textItemOf({ pk, sk }: Key): TextItem {
  if (sk.startsWith(skPrefixes.data)) return /#P\d+$/.test(pk) ? 'pageData' : 'runData';
  if (sk.startsWith(skPrefixes.failure)) return 'failure';
  if (sk.startsWith(skPrefixes.retries)) return 'retries';
  if (sk.startsWith(skPrefixes.run)) return 'run';
  return sk === 'MANIFEST' ? 'manifest' : sk === 'STATE' ? 'state' : 'other';
}

function nodePk(node: NodeId): string {
  switch (node.kind) {
    case 'run':
      return node.runId;
    case 'branch':
      return `${node.runId}#B${node.branch}`;
    case 'page':
      return pagePk(node.runId, node.page);
  }
}
