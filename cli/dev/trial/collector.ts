// Bundled with the collector when `pollard dev` runs it differently from its deployment; never deployed.
import { inspect } from 'node:util';
import { isUnchanged } from '../../../shared/collector/crunched';
import type { Collector } from '../../../shared/collector/definition';
import { listPart } from './listing';
import type { Part, ReturnedLine, Trial } from './trial';

/** Wraps a collector so that it runs as the trial says. */
export function collectorOnTrial(collector: Collector, { part, isPatient }: Trial): Collector {
  const listed = part ? collectorOfPart(collector, part) : collector;
  return isPatient === true ? withPatience(listed) : listed;
}

/** An hour: long enough for a stop at a breakpoint. */
const patienceMs = 3_600_000;

const withPatience = (collector: Collector): Collector => ({
  ...collector,
  listTimeoutMs: patienceMs,
  fetchers: collector.fetchers.map((fetcher) => ({ ...fetcher, timeoutMs: patienceMs })),
});

/**
 * Makes a collector that collects a part, page after page. No state is handed on, because the listing is not complete. A single
 * object has one attempt, and `onComplete` is not called.
 */
function collectorOfPart(collector: Collector, part: Part): Collector {
  const listed = { ...collector, pageCount: undefined, listPage: listPart(collector, part) };
  if (part.kind === 'first') return { ...listed, onComplete: withoutState(collector.onComplete) };
  return {
    ...listed,
    attempts: 1,
    fetchers: collector.fetchers.map(({ name, timeoutMs, fetch }) => ({
      name,
      timeoutMs,
      fetch: (id, context) => shown(`fetch.${name}`, id, fetch(id, context)),
    })),
    crunch: (id, fetched, context) => shown('crunch', id, collector.crunch(id, fetched, context)),
    onComplete: () => Promise.resolve(undefined),
  };
}

/** Drops the state that `onComplete` returned, and leaves the rest to be checked. */
const withoutState =
  (onComplete: Collector['onComplete']): Collector['onComplete'] =>
  async (run, context) => {
    const returned = await onComplete(run, context);
    const isObject = typeof returned === 'object' && returned !== null;
    return isObject ? { ...returned, state: undefined } : returned;
  };

/** Writes the return value of a call to the log. */
async function shown(call: string, objectId: string, calling: Promise<unknown>): Promise<unknown> {
  const started = performance.now();
  const returned = await calling;
  const ms = Math.round(performance.now() - started);
  const value = isUnchanged(returned) ? 'unchanged()' : inspect(returned, wide);
  const line: ReturnedLine = { pollardReturned: { call, objectId, ms, value } };
  console.log(JSON.stringify(line));
  return returned;
}

/** Options of `inspect`: lines fit 80 columns with an indent, and few values are cut short. */
const wide = { breakLength: 74, depth: 10, maxArrayLength: 100, maxStringLength: 10_000 };
