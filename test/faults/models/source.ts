import type {
  Collector,
  CompletedRun,
  ObjectContext,
  PageContext,
} from '../../../shared/collector/definition';
import { unchanged } from '../../../shared/collector/definition';
import { NonRetryableError, RateLimitedError } from '../../../shared/core/errors';
import type { Chance } from './chance';

/** How the source answers for an object or a page. */
export type Answer =
  | 'good'
  | 'unchanged'
  /** An error that a retry does not fix. */
  | 'bad'
  /** An error now and then. */
  | 'flaky'
  /** Asks to wait, now and then. */
  | 'limited'
  /** Asks to come back later, every time. */
  | 'closed'
  /** An error at every call. */
  | 'broken'
  /** Never answers. */
  | 'hangs'
  /** Whoever asks dies of it. */
  | 'kills';

/** The third-party API of a model. Objects are called `o<n>`, `n` from 0 to 11. */
export interface SourcePlan {
  /** The objects of each page. */
  readonly pages: readonly (readonly string[])[];
  readonly numbered: boolean;
  /** Whether a page that is listed again may be another. */
  readonly changing: boolean;
  readonly distinct: 'page' | 'run';
  /** Of objects by their name, of pages by `page<n>`, of `onComplete` by `complete`; the others are good. */
  readonly answers: ReadonlyMap<string, Answer>;
  readonly attempts: number;
  /** What it asks to wait. @default 20 */
  readonly retryAfterSeconds?: number;
}

/** What the source tells the model. */
export interface SourceEvents {
  readonly fetched: (runId: string, objectId: string) => void;
  readonly failed: (runId: string, objectId: string, error: unknown) => void;
  readonly completing: (run: CompletedRun) => Promise<void>;
  /** Hears of a call that was not told what the listing says. */
  readonly broken: (promise: string) => void;
  /** Kills whoever is asking. */
  readonly kill: () => void;
}

/** What an object adds to the total `weight`: a sum shows how often each was counted, up to 15 times. */
export const weightOf = (objectId: string): bigint => 16n ** BigInt(objectId.slice(1));

/** How many objects a source can have: a sum of their weights is a safe integer. */
export const mostObjects = 12;

const never = new Promise<never>(() => undefined);

/** The collector of a model. */
export function collectorOf(
  name: string,
  plan: SourcePlan,
  chance: Chance,
  events: SourceEvents,
): Collector {
  const { retryAfterSeconds = 20 } = plan;
  const answer = async (name: string): Promise<void> => {
    switch (plan.answers.get(name)) {
      case 'bad':
        throw new NonRetryableError(`${name} is bad`);
      case 'flaky':
        if (chance.hits(0.5)) throw new Error(`${name} failed this time`);
        return;
      case 'limited':
        if (chance.hits(0.5)) throw new RateLimitedError('slower', { retryAfterSeconds });
        return;
      case 'closed':
        throw new RateLimitedError('later', { retryAfterSeconds: 20 });
      case 'broken':
        throw new Error(`${name} is broken`);
      case 'hangs':
        return never;
      case 'kills':
        events.kill();
        return never;
      default:
    }
  };
  return {
    name,
    listPage: async ({ pageNumber, pageToken, carry }: PageContext) => {
      if (carry !== pageToken) events.broken(`${String(pageToken)} was told ${String(carry)}`);
      await answer(`page${pageNumber}`);
      return pageOf(plan, chance, pageNumber);
    },
    pageCount: plan.numbered ? () => Promise.resolve(plan.pages.length) : undefined,
    fetchers: [
      {
        name: 'object',
        timeoutMs: 1_000,
        fetch: async (id: string, { run, listed }: ObjectContext) => {
          events.fetched(run.id, id);
          if ((listed as ListedData | undefined)?.id !== id) {
            events.broken(`${id} was told ${JSON.stringify(listed)}`);
          }
          try {
            await answer(id);
          } catch (error) {
            events.failed(run.id, id, error);
            throw error;
          }
          return id;
        },
      },
    ],
    crunch: (id, _, { listed }) =>
      Promise.resolve(
        plan.answers.get(id) === 'unchanged'
          ? unchanged({ totals: { weight: weightOf(id) } })
          : { record: { id, listed }, totals: { weight: weightOf(id) } },
      ),
    onComplete: async (run) => {
      const { numbered, pages } = plan;
      const isListed = run.reason === 'done' && run.counts.unlistedPages === 0;
      if (isListed && !numbered && pages.length > 0 && run.carry !== theEnd) {
        events.broken(`onComplete was told ${String(run.carry)}`);
      }
      await events.completing(run);
      if (plan.answers.get('complete') === 'bad' && chance.hits(0.6)) {
        throw new NonRetryableError('the report failed');
      }
      return { state: run.id };
    },
    maxPages: 10,
    totalTolerance: 0,
    previous: false,
    distinct: plan.distinct,
    listing: 'all',
    tenantOf: undefined,
    attempts: plan.attempts,
    listTimeoutMs: 1_000,
    http: undefined,
  };
}

/** What a page says of an object: itself, and the listing that it is from. */
interface ListedData {
  readonly id: string;
  readonly listing: string;
}

/** What the last page carries. */
const theEnd = 'the end';

function pageOf({ pages, numbered, changing }: SourcePlan, chance: Chance, page: number) {
  const ids = [...(pages[page] ?? [])];
  let next = !numbered && page + 1 < pages.length;
  if (changing && chance.hits(0.5)) {
    if (chance.hits(0.3)) next = false;
    if (chance.hits(0.5)) ids.pop();
    if (chance.hits(0.3)) ids.push(`o${mostObjects - 1 - page}`);
    if (chance.hits(0.3)) ids.reverse();
  }
  const listing = ids.join(' ');
  const nextPageToken = next ? `page ${page + 1}` : undefined;
  return {
    objects: ids.map((id) => ({ id, data: { id, listing } satisfies ListedData })),
    nextPageToken,
    carry: numbered ? undefined : (nextPageToken ?? theEnd),
    total: changing ? undefined : pages.flat().length,
  };
}
