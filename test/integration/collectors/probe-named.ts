import {
  defineCollector,
  NonRetryableError,
  RateLimitedError,
  unchanged,
  type Collector,
  type CollectorContext,
} from '../../../shared/collector/definition';
import type { ProbeInput } from './probe-input';

const inputOf = ({ run }: CollectorContext): ProbeInput => (run.input ?? {}) as ProbeInput;

/** A redrive has the input of the run that it redrives; what failed there is well again. */
const isRedrive = ({ run }: CollectorContext): boolean => /~r\d+$/.test(run.id);

/** How often this environment has been asked for a page or an object; tests that count run in one environment. */
const asked = new Map<string, number>();

function timesAsked(what: string): number {
  const times = (asked.get(what) ?? 0) + 1;
  asked.set(what, times);
  return times;
}

/** A collector of the integration tests: what it lists, fetches and crunches is told by the run's input. */
export const probeNamed = (name: string): Collector =>
  defineCollector({
    name,
    attempts: 3,
    previous: true,
    pageCount: (context) => {
      const { pages = [], numbered = false } = inputOf(context);
      return numbered ? pages.length : undefined;
    },
    listPage: (context) => {
      const { pages = [], numbered = false, flakyPages = [], listed = false } = inputOf(context);
      const { pageNumber } = context;
      if (flakyPages.includes(pageNumber) && timesAsked(`${context.run.id} ${pageNumber}`) === 1) {
        throw new Error(`page ${pageNumber} is flaky`);
      }
      const ids = pages[pageNumber] ?? [];
      const objects = listed ? ids.map((id) => ({ id, data: { of: id } })) : ids;
      const last = numbered || pageNumber + 1 >= pages.length;
      return { objects, nextPageToken: last ? undefined : String(pageNumber + 1) };
    },
    fetch: {
      object: (id, context) => {
        const { flaky = [], failing = [], limited = [] } = inputOf(context);
        const times = timesAsked(`${context.run.id}#${id}`);
        if (flaky.includes(id) && times === 1) throw new Error(`${id} is flaky`);
        if (failing.includes(id) && !isRedrive(context))
          throw new NonRetryableError(`${id} is gone`);
        if (limited.includes(id) && times === 1) {
          throw new RateLimitedError('slow down', { retryAfterSeconds: 1 });
        }
        return { id };
      },
      details: (id) => ({ length: id.length }),
    },
    crunch: (id, { object, details }, context) => {
      const { keep = [], totals = {} } = inputOf(context);
      if (keep.includes(id) && context.previous) return unchanged();
      return {
        record: { ...object, ...details, state: context.state ?? null },
        totals: { objects: 1, length: details.length, ...totals },
      };
    },
    onComplete: async (run, context) => {
      const { logger } = context;
      const records: string[] = [];
      for await (const record of run.records()) records.push(String(record['id']));
      const failures: string[] = [];
      for await (const failure of run.failures()) failures.push(failure.objectId);
      logger.info('Probe completed', { runId: run.id, records, failures });
      if (inputOf(context).failingCallback && timesAsked(`onComplete#${run.id}`) === 1) {
        throw new NonRetryableError('the report is refused');
      }
      return { state: { lastRun: run.id, records: records.length } };
    },
  });
