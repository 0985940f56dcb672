import { rm } from 'node:fs/promises';
import { startCloud } from '../../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import { synthesize } from '../../../localstack/embedded/synthesize';
import { fixedWindow } from '../../faults/models/governor/sources';
import { startLimitedSource, type LimitedSource } from '../../support/limited-source';
import { pollard } from './capture';

/** Calls that the source accepts in a second, and objects of a poll. */
const [limit, objects] = [10, 60];

const limited = (command: string, ...args: string[]) =>
  pollard([command, ...args, '--pipeline', 'limited']);

let source: LimitedSource;
let cloud: EmbeddedCloud;
let assembly: string;
const before = { ...process.env };

beforeAll(async () => {
  source = await startLimitedSource(fixedWindow({ limitAt: () => limit }));
  const entries = JSON.stringify({ limited: 'bench/limits/collector.ts' });
  assembly = await synthesize({ context: { entries } });
  const poll = { objects, pageSize: 30 };
  const functionEnvironment = { LIMITED: JSON.stringify({ url: source.url, poll }) };
  cloud = await startCloud({ assembly, functionEnvironment });
  Object.assign(process.env, cloud.environment);
});

afterAll(async () => {
  process.env = before;
  await cloud.close();
  await source.close();
  await rm(assembly, { recursive: true, force: true });
});

describe('a run of a source whose limit is not declared', () => {
  it('counts the calls that the source refused, as the source does', async () => {
    expect(await limited('start', '--wait')).toMatchObject({ code: 0 });
    const calls = source.takeCalls();
    const refused = calls.filter(({ accepted }) => !accepted).length;
    const shown = JSON.parse((await limited('show', '--json')).out) as Shown;
    expect(refused).toBeGreaterThan(0);
    expect(shown.sourceCalls.refused).toBe(refused);
    // Besides the calls of objects, those of the listing have a turn.
    expect(shown.sourceCalls.made).toBeGreaterThanOrEqual(calls.length);
    expect(shown.source).toMatchObject({ limit: 'learned', perKey: false, closed: [] });
    expect(shown.source.limitPerSecond).toBeLessThan(3 * limit);
  });

  it('is shown with the limit that was learned, in one line', async () => {
    const { out } = await limited('show');
    expect(out).toMatch(
      /\n {2}source {6}[\d.]+ calls a second, learned · \d+ of \d+ calls refused \(\d+\.\d %\)\n/,
    );
    expect((await limited('source')).out).toMatch(/^rate {5}[\d.]+ calls a second, learned\n/);
  });
});

interface Shown {
  readonly source: { readonly limitPerSecond: number };
  readonly sourceCalls: { readonly made: number; readonly refused: number };
}
