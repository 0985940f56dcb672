import { failureItems, manifestItem } from '../../../shared/aws/dynamodb/page-store';
import { fromItem } from '../../../shared/aws/dynamodb/attributes';
import { runCompletedEntry } from '../../../shared/aws/events';
import { checkCrunched } from '../../../shared/collector/check-crunched';
import { failedManifest } from '../../../shared/collector/check-page';
import { itemBytes, utf8Bytes, valueBytes } from '../../../shared/core/item-size';
import type { JsonObject, JsonValue } from '../../../shared/core/json';
import { fingerprint } from '../../../shared/pipeline/page/fingerprint';
import { limits } from '../../../shared/core/limits';
import { noRedaction } from '../../../shared/core/plain-json';
import { noCounts, type Run } from '../../../shared/core/run';
import { plainTotals } from '../../../shared/core/totals';

/** Arithmetic that says why each limit of a part protects the whole: the largest of each kind, and what AWS takes. */

/** A collector's name, its scheduled time, and a number. */
const runId = `${'c'.repeat(64)}@2026-01-01T00:00:00.000Z~m${Number.MAX_SAFE_INTEGER}`;
const expiresAt = 4_000_000_000;
/** `describeError` cuts at 1,000 characters; each takes at most 3 bytes in UTF-8. */
const longestError = '€'.repeat(1_000);
const longestId = 'x'.repeat(limits.objectIdBytes);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

const bytesOf = (item: object): number => itemBytes(item as JsonObject);

/** Names of totals of 64 characters that take 192 bytes in UTF-8, or 6 in JSON each. */
const totalsNamed = (character: string): Record<string, bigint> =>
  Object.fromEntries(
    upTo(limits.totalNames).map((at) => [
      String(at).padStart(limits.totalNameLength, character),
      -(10n ** 37n) + BigInt(at),
    ]),
  );

/** A total as its item has it: a name, a prefix, and a number of at most 21 bytes. */
const totalsBytes = Object.keys(totalsNamed('€')).reduce(
  (bytes, name) => bytes + utf8Bytes(`t_${name}`) + 21,
  0,
);

describe('the largest item of each kind fits into the 400 KB of DynamoDB', () => {
  it('of manifests, with 1,000 ids, a token, what it carries, and an error', () => {
    const pageToken = 'x'.repeat(limits.pageTokenBytes);
    const manifest = {
      ...failedManifest(longestError, Number.MAX_SAFE_INTEGER),
      objects: upTo(limits.objectsPerPage).map(() => longestId),
      nextPageToken: pageToken,
      remembered: fingerprint([pageToken]),
      carry: 'x'.repeat(limits.carryBytes - 2),
      total: Number.MAX_SAFE_INTEGER,
      listedAt: Number.MAX_SAFE_INTEGER,
      dataKey: 'x'.repeat(43),
    };
    // Ids that cannot be deflated stay as they are.
    const few = manifestItem(runId, limits.pagesPerRun, { ...manifest, objects: [] }, expiresAt);
    const idsBytes = valueBytes([...manifest.objects]);
    expect(bytesOf(fromItem(few)) + idsBytes).toBeLessThan(limits.itemBytes);
  });

  it('of the data of a page', () => {
    expect(limits.pageDataBytes + utf8Bytes(runId) + 1_024).toBeLessThan(limits.itemBytes);
  });

  it('of page nodes, with every object pending or failed, and 100 totals', () => {
    const node = {
      ...noCounts,
      pk: `${runId}#P9999`,
      sk: 'CHORD',
      pending: upTo(limits.objectsPerPage),
      failedMembers: upTo(limits.objectsPerPage),
      ...{ size: 1_000, opened: 999, expiresAt },
    };
    expect(bytesOf(node) + totalsBytes).toBeLessThan(64 * 1_024);
  });

  it('of names of totals', () => {
    const names = { pk: runId, sk: 'TOTALS', expiresAt, names: Object.keys(totalsNamed('€')) };
    expect(bytesOf(names)).toBeLessThan(32 * 1_024);
  });

  it('of failures', () => {
    const failure = { index: 999, objectId: longestId, error: longestError, attempts: 100 };
    const [item] = failureItems(runId, limits.pagesPerRun, [failure], expiresAt);
    expect(bytesOf(fromItem(item!))).toBeLessThan(8 * 1_024);
  });

  it.each<[string, JsonValue]>([
    ['1', 1],
    ['-1', -1],
    ['1e9', 1e9],
    ['""', ''],
    ['[]', []],
    ['{}', {}],
    ['null', null],
  ])('of runs: %s takes at most two and a half times its JSON', (_, value) => {
    const list = upTo(1_000).map(() => value);
    expect(valueBytes(list)).toBeLessThanOrEqual(2.5 * utf8Bytes(JSON.stringify(list)));
  });

  it('of runs and leases, with input, state and totals', () => {
    const mostOfJson = 2.5;
    const rest = 16 * 1_024;
    const run = mostOfJson * (limits.inputBytes + limits.stateBytes) + totalsBytes + rest;
    expect(run).toBeLessThan(limits.itemBytes);
    const lease = mostOfJson * 2 * limits.inputBytes + rest;
    expect(lease).toBeLessThan(limits.itemBytes);
  });

  it('of records: their keys stay within 2,048 and 1,024 bytes', () => {
    expect(utf8Bytes(`${'c'.repeat(64)}#${longestId}`)).toBeLessThanOrEqual(2_048);
    expect(utf8Bytes(`RUN#${runId}`)).toBeLessThanOrEqual(1_024);
  });
});

describe('what a run says at its end fits', () => {
  const totals = totalsNamed('\u0001');

  it('into an event of 256 KB', () => {
    const ended = { runId, collector: 'c'.repeat(64), status: 'SUCCEEDED', startedAt: 0 };
    const run = { ...ended, result: { counts: noCounts, totals } } as unknown as Run;
    const entry = runCompletedEntry('default', `${'s'.repeat(128)}/p`, run);
    expect(utf8Bytes(JSON.stringify(entry))).toBeLessThan(256 * 1_024);
  });

  it('into a log line of 256 KB', () => {
    const line = JSON.stringify({ runId, counts: noCounts, ...plainTotals(totals) });
    expect(utf8Bytes(line)).toBeLessThan(128 * 1_024);
  });
});

describe('the name of an attribute', () => {
  const named = (bytes: number) => ({ record: { deep: [{ ['€'.repeat(bytes / 3)]: 1 }] } });

  it('may have 65,535 bytes', () => {
    expect(checkCrunched(named(65_535), noRedaction)).toBeDefined();
  });

  it('is refused beyond, with its path', () => {
    expect(() => checkCrunched(named(65_538), noRedaction)).toThrow(
      /^record\.deep\[0\]: expected names of at most 65535 bytes, got 65538: €+$/,
    );
  });
});
