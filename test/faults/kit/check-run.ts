import { addTotals } from '../../../shared/core/chord';
import type { Totals } from '../../../shared/core/run';
import { isFinal } from '../../../shared/core/run';
import { centsOf, inputOf, nameOf, type KitInput } from './input';
import { checkEffect } from './check-effect';
import { workAfterEndMs, type Times } from './pipelines';
import { isStray, settledRecords } from './stray-records';
import type { PageView, RunView } from './tables';

/**
 * What is wrong with a run that has ended, from the tables alone: every object saved or failed exactly once, totals
 * exact, the callback's effect once.
 */
export function checkRun(view: RunView, times: Times): string[] {
  const { run } = view;
  if (!isFinal(run.status)) return [`${run.runId} is ${run.status}`];
  const faults = [
    ...(run.reason === 'done' ? checkDone(view) : checkCutShort(view)),
    ...view.pages.flatMap((page) => checkPage(view, page)),
    ...checkRecords(view, times),
    ...checkEffect(view, times),
  ];
  return faults.map((fault) => `${run.runId}: ${fault}`);
}

/** A run that ended because nothing was left to do. */
function checkDone(view: RunView): string[] {
  const { run, root, branches, pages } = view;
  const faults: string[] = [];
  if (root?.pending.length !== 0) faults.push('done, but the run node has pending branches');
  branches.forEach((branch, at) => {
    if (branch?.pending.length !== 0) faults.push(`done, but branch ${at} has pending pages`);
  });
  const expected = inputOf(run.input).sizes.length;
  const unlisted = pages.filter(({ manifest }) => manifest?.listing !== 'complete').length;
  if (unlisted === 0 && run.redriveOf === undefined && pages.length !== expected) {
    faults.push(`done with ${pages.length} pages of ${expected}`);
  }
  for (const { page, manifest, node } of pages) {
    if (!manifest) faults.push(`done, but page ${page} has no manifest`);
    if (node?.pending.length !== 0) faults.push(`done, but page ${page} has pending objects`);
    if (manifest?.nextPageToken !== undefined && page + 1 >= pages.length) {
      faults.push(`page ${page} has a successor that was never made pending`);
    }
  }
  return [...faults, ...checkSums(view), ...checkResult(view)];
}

/** The nodes above hold exactly what the pages came to. */
function checkSums({ root, pages }: RunView): string[] {
  const sum = { listed: 0, saved: 0, unchanged: 0, duplicates: 0, failed: 0 };
  let totals: Totals = {};
  for (const { node } of pages) {
    if (!node) continue;
    for (const name of countNames) sum[name] += node.counts[name];
    totals = addTotals(totals, node.totals);
  }
  const faults = countNames
    .filter((name) => root?.counts[name] !== sum[name])
    .map(
      (name) => `${name}: the run node says ${String(root?.counts[name])}, its pages ${sum[name]}`,
    );
  for (const [name, value] of Object.entries(totals)) {
    const above = root?.totals[name] ?? 0n;
    if (above !== value)
      faults.push(`total ${name}: the run node says ${above}, its pages ${value}`);
  }
  return faults;
}

const countNames = ['listed', 'saved', 'unchanged', 'duplicates', 'failed'] as const;

/** The run's result against what its objects must come to. */
function checkResult(view: RunView): string[] {
  const { run, pages } = view;
  const { result } = run;
  if (!result) return ['it has no result'];
  const { counts, totals } = result;
  const listed = pages.reduce((sum, { manifest }) => sum + (manifest?.objects.length ?? 0), 0);
  const settled = counts.saved + counts.unchanged + counts.duplicates + counts.failed;
  const faults: string[] = [];
  if (counts.listed !== listed) faults.push(`${counts.listed} counted as listed, ${listed} listed`);
  if (settled !== listed) faults.push(`${settled} settled of ${listed} listed`);
  if (counts.pending !== 0) faults.push(`done with ${counts.pending} pending`);
  const distinct = run.settings.distinct === 'run';
  const members = savedMembers(pages, inputOf(run.input));
  const ids = distinct ? settledRecords(view).map(({ objectId }) => objectId) : members;
  const cents = ids.reduce((sum, id) => sum + centsOf(id), 0);
  if ((totals['cents'] ?? 0n) !== BigInt(cents)) {
    faults.push(`total cents: ${String(totals['cents'])}, its saved objects ${cents}`);
  }
  if ((totals['objects'] ?? 0n) !== BigInt(ids.length) || counts.saved !== ids.length) {
    const said = `${counts.saved} counted, ${totals['objects'] ?? 0} totalled`;
    faults.push(`saved: ${said}, ${ids.length} are`);
  }
  return faults;
}

/** Ids of the members that were saved, once a member: neither failed nor found unchanged. */
function savedMembers(pages: readonly PageView[], input: KitInput): string[] {
  return pages.flatMap(({ manifest, node }) =>
    (manifest?.objects ?? []).filter(
      (id, index) => !node?.failedMembers.includes(index) && !input.unchanged.includes(nameOf(id)),
    ),
  );
}

/** A page is in itself consistent, whether its run was cut short or not. */
function checkPage({ run }: RunView, { page, manifest, node, failureItems }: PageView): string[] {
  const faults: string[] = [];
  if (!node) return [];
  if (!manifest) return [`page ${page} was opened without a manifest`];
  const { counts, pending, failedMembers } = node;
  const size = manifest.objects.length;
  const settled = counts.saved + counts.unchanged + counts.duplicates + counts.failed;
  if (counts.listed !== size || settled + pending.length !== size) {
    faults.push(
      `${size} in the manifest, ${counts.listed} in the node, ` +
        `${settled} settled, ${pending.length} pending`,
    );
  }
  if (counts.failed !== failedMembers.length) {
    faults.push(`${counts.failed} failed, ${failedMembers.length} are known`);
  }
  const input = inputOf(run.input);
  manifest.objects.forEach((id, index) => {
    const failed = failedMembers.includes(index);
    const name = nameOf(id);
    if (failed && !failureItems.includes(index)) faults.push(`${id} failed without a detail`);
    if (pending.includes(index)) return;
    if (input.failing.includes(name) && !failed) faults.push(`${id} must have failed`);
    if (failed && !mayFail(input, name)) faults.push(`${id} must not have failed`);
  });
  return faults.map((fault) => `page ${page}: ${fault}`);
}

const mayFail = ({ failing, flaky, poison }: KitInput, name: string): boolean =>
  failing.includes(name) || flaky.includes(name) || poison === name;

/** Each saved object has its record, and no other has one. */
function checkRecords(view: RunView, times: Times): string[] {
  const { run, pages, records } = view;
  const faults: string[] = [];
  const input = inputOf(run.input);
  const wanted = new Set<string>();
  const allowed = new Set<string>();
  for (const { page, manifest, node } of pages) {
    manifest?.objects.forEach((id, index) => {
      const failed = node?.failedMembers.includes(index) ?? false;
      if (failed || input.unchanged.includes(nameOf(id))) return;
      allowed.add(`${page} ${index} ${id}`);
      if (node && !node.pending.includes(index)) wanted.add(id);
    });
  }
  const there = new Set(records.map(({ objectId }) => objectId));
  for (const id of wanted) if (!there.has(id)) faults.push(`${id} is settled as saved, and is not`);
  const endMs = run.completedAt ?? Infinity;
  for (const record of records) {
    const { page, index, objectId, cents, at } = record;
    const known = allowed.has(`${page} ${index} ${objectId}`);
    if (!known && !isStray(view, record)) {
      faults.push(`${objectId} was saved for a member that is not to be saved`);
    }
    if (cents !== centsOf(objectId)) faults.push(`${objectId}: ${cents} cents`);
    if (at > endMs + workAfterEndMs(times)) {
      faults.push(`${objectId} was collected ${at - endMs} ms after the run had ended`);
    }
  }
  return faults;
}

/** A run that was cut short: what it says is what was settled by then, and what was not. */
function checkCutShort({ run, pages }: RunView): string[] {
  const { result } = run;
  if (!result) return ['it has no result'];
  const { counts } = result;
  const settled = counts.saved + counts.unchanged + counts.duplicates + counts.failed;
  const now = pages.reduce((sum, { node }) => sum + (node?.counts.saved ?? 0), 0);
  const faults: string[] = [];
  if (settled + counts.pending !== counts.listed) {
    const parts = `${settled} settled and ${counts.pending} pending`;
    faults.push(`${parts} of ${counts.listed} listed`);
  }
  if (counts.saved > now) {
    faults.push(`${counts.saved} counted as saved, ${now} are by now`);
  }
  return faults;
}
