import { numbersOf } from '../../../shared/core/totals';
import { inputOf } from './input';
import type { Times } from './pipelines';
import { settledRecords } from './stray-records';
import type { CallView, RunView } from './tables';

/** The callback: its effect once and the same as the tables say, and no two calls at the same time. */
export function checkEffect(view: RunView, times: Times): string[] {
  const { run, effect, calls } = view;
  if (!effect) {
    return run.status === 'CALLBACK_FAILED' ? [] : ['the callback had no effect'];
  }
  const faults = overlapping(calls, times);
  if (run.status !== 'CALLBACK_FAILED' && effect.status !== run.status) {
    faults.push(`the callback saw ${effect.status}, the run is ${run.status}`);
  }
  for (const what of ['counts', 'totals'] as const) {
    const is = inOrder(
      what === 'totals' ? numbersOf(run.result?.totals ?? {}) : { ...run.result?.counts },
    );
    const saw = inOrder(effect[what]);
    if (saw !== is) faults.push(`the callback saw ${what} ${saw}, the run has ${is}`);
  }
  return run.reason === 'done' ? [...faults, ...checkSeen(view)] : faults;
}

/** What the callback could read of a run that was done is what there is. */
function checkSeen(view: RunView): string[] {
  const { run, effect, pages } = view;
  if (!effect) return [];
  const records = settledRecords(view);
  const failed = pages.flatMap(({ manifest, node }) =>
    (node?.failedMembers ?? []).map((index) => manifest?.objects[index] ?? ''),
  );
  const faults: string[] = [];
  if ([...effect.failures].sort().join() !== failed.sort().join()) {
    faults.push(`the callback saw failures ${effect.failures.join()}, there are ${failed.join()}`);
  }
  const cents = records.reduce((sum, record) => sum + record.cents, 0);
  // Of an object on two pages, whose copy wins may change while a duplicate is on its way.
  const exact = !inputOf(run.input).twins;
  if (exact && (effect.records !== records.length || effect.cents !== cents)) {
    const saw = `${effect.records} records of ${effect.cents} cents`;
    faults.push(`the callback saw ${saw}, there are ${records.length} of ${cents}`);
  }
  if (effect.cents !== effect.centsOfIds) faults.push('the callback saw a record that is not so');
  return faults;
}

/** A machine that is too busy kills a function late: what is beyond its time is not the pipeline's doing. */
function overlapping(calls: readonly CallView[], { functionSeconds }: Times): string[] {
  const inTime = [...calls].sort((a, b) => a.begun - b.begun);
  return inTime.flatMap(({ begun, ended = 0 }, at) => {
    const next = inTime[at + 1];
    const until = Math.min(ended, begun + functionSeconds * 1_000);
    return next && next.begun < until ? ['two calls of the callback at the same time'] : [];
  });
}

const inOrder = (object: Readonly<Record<string, number>>): string =>
  JSON.stringify(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
