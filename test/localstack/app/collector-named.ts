import { createHash } from 'node:crypto';
import {
  defineCollector,
  NonRetryableError,
  RateLimitedError,
  unchanged,
  type Collector,
  type CollectorContext,
} from '../../../shared/collector/definition';
import type { Input } from './input';
import { release } from './release';

const inputOf = ({ run }: CollectorContext): Input => (run.input ?? {}) as Input;

/** What this environment has been asked for, by run and object. */
const asked = new Set<string>();

/** A source that does what the run's input says, so that it needs no server and can be told to fail. */
function answer(id: string, context: CollectorContext): void {
  const { flaky = [], failing = [], deadly = [], held } = inputOf(context);
  if (deadly.includes(id)) process.exit(1);
  if (failing.includes(id)) throw new NonRetryableError(`${id} is gone`);
  if (held?.ids?.includes(id)) holdBack(held.seconds, context);
  const key = `${context.run.id}#${id}`;
  const first = !asked.has(key);
  asked.add(key);
  if (first && flaky.includes(id)) throw new Error(`${id} is flaky`);
}

function holdBack(seconds: number, { run }: CollectorContext): void {
  const left = run.scheduledTime.getTime() + seconds * 1_000 - Date.now();
  if (left <= 0) return;
  throw new RateLimitedError('not yet', { retryAfterSeconds: Math.ceil(left / 1_000) });
}

/** Shows that the secrets were read, and nothing of them. */
const digestOf = ({ secrets }: CollectorContext): string =>
  createHash('sha256')
    .update(`${secrets['token'] ?? ''} ${secrets['key'] ?? ''}`)
    .digest('hex');

/** A collector of the suite. `withSecrets`: its records say what secrets it was given. */
export const collectorNamed = (name: string, withSecrets: boolean): Collector =>
  defineCollector({
    name,
    // Each object is refused by itself.
    source: { unlimited: true },
    previous: true,
    attempts: 10,
    pageCount: (context) => {
      const { pages = [], numbered = false } = inputOf(context);
      return numbered ? pages.length : undefined;
    },
    listPage: (context) => {
      const { pages = [], numbered = false, held } = inputOf(context);
      const { pageNumber } = context;
      if (held?.page === pageNumber) holdBack(held.seconds, context);
      const last = numbered || pageNumber + 1 >= pages.length;
      return {
        objects: pages[pageNumber] ?? [],
        nextPageToken: last ? undefined : String(pageNumber + 1),
      };
    },
    fetch: {
      object: (id, context) => {
        answer(id, context);
        return { id };
      },
      details: (id) => ({ length: id.length }),
    },
    crunch: (id, { object, details }, context) => {
      const { kept = [] } = inputOf(context);
      if (kept.includes(id) && context.previous) return unchanged();
      const digest = withSecrets ? { digest: digestOf(context) } : {};
      return {
        record: { ...object, ...details, ...digest, release, state: context.state ?? null },
        totals: { objects: 1, length: details.length },
      };
    },
    onComplete: async (run) => {
      let records = 0;
      for await (const _ of run.records()) records += 1;
      return { state: { lastRun: run.id, records } };
    },
  });
