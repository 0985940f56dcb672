import { decideLease } from '../../../shared/core/lease';
import type { Lease } from '../../../shared/core/ports/run-store';
import { finalStatus, noCounts, type Run, type RunRequest } from '../../../shared/core/run';
import { isSourceFailing } from '../../../shared/core/source-failing';

const counts = { ...noCounts, listed: 200, saved: 190, failed: 10 };

describe('the final status', () => {
  it.each([
    ['done', { ...counts, failed: 0 }, 0, 'SUCCEEDED'],
    ['done', counts, 5, 'PARTIAL'],
    ['done', counts, 4.9, 'FAILED'],
    ['done', { ...counts, failed: 0, unlistedPages: 1 }, 100, 'FAILED'],
    ['deadline', counts, 100, 'TIMED_OUT'],
    ['cancelled', counts, 100, 'CANCELLED'],
    ['sourceFailing', counts, 100, 'FAILED'],
  ] as const)('of a run that ended by %s with %j at %p %% tolerated is %s', (reason, c, t, s) => {
    expect(finalStatus(reason, c, t)).toBe(s);
  });
});

describe('a failing source', () => {
  it('is known by the share of failures among at least 100 settled objects', () => {
    const settings = { stopAfterFailedPercentage: 50 };
    expect(isSourceFailing({ ...noCounts, saved: 49, failed: 51 }, settings)).toBe(true);
    expect(isSourceFailing({ ...noCounts, saved: 50, failed: 50 }, settings)).toBe(false);
    expect(isSourceFailing({ ...noCounts, failed: 99 }, settings)).toBe(false);
    expect(isSourceFailing({ ...noCounts, failed: 500 }, {})).toBe(false);
  });
});

const tick = (time: string): RunRequest => ({
  runId: `c@${time}`,
  scheduledTime: time,
  trigger: 'tick',
});
const early = tick('2026-01-01T00:00:00.000Z');
const late = tick('2026-01-01T00:05:00.000Z');
const heldBy = (holder: RunRequest | undefined): Lease => ({
  holder,
  leaseUntil: 1_000,
  buffered: undefined,
  paused: false,
  failedRuns: 0,
});
const runOf = (request: RunRequest, status: Run['status']) => ({ ...request, status }) as Run;

describe('a lease', () => {
  it('that no one holds is taken', () => {
    expect(decideLease(early, heldBy(undefined), undefined, 'skip', 0)).toEqual({
      kind: 'take',
      expected: undefined,
    });
  });

  it('of a run that has ended, or was not written in time, is taken from it', () => {
    const taken = { kind: 'take', expected: { runId: early.runId, leaseUntil: 1_000 } };
    const ended = runOf(early, 'FAILED');
    expect(decideLease(late, heldBy(early), ended, 'skip', 0)).toEqual(taken);
    expect(decideLease(late, heldBy(early), undefined, 'skip', 1_001)).toEqual(taken);
    expect(decideLease(late, heldBy(early), undefined, 'skip', 1_000).kind).toBe('skip');
  });

  it('of my own run is mine', () => {
    expect(decideLease(late, heldBy(late), undefined, 'skip', 0)).toEqual({ kind: 'held' });
  });

  it('keeps a tick away that is older than its holder, whatever the policy', () => {
    const move = decideLease(early, heldBy(late), runOf(late, 'RUNNING'), 'cancelOther', 0);
    expect(move).toMatchObject({ kind: 'skip', reason: expect.stringMatching(/older/) });
  });

  it('of a run that was not written in time is not taken by an older tick: that run is started yet', () => {
    const move = decideLease(early, heldBy(late), undefined, 'bufferOne', 1_001);
    expect(move).toMatchObject({ kind: 'skip', reason: expect.stringMatching(/older/) });
    expect(decideLease(early, heldBy(late), runOf(late, 'FAILED'), 'skip', 1_001).kind).toBe(
      'take',
    );
  });

  it('makes a tick skip, wait, or wait and cancel, by the policy', () => {
    const running = runOf(early, 'RUNNING');
    const decide = (policy: 'skip' | 'bufferOne' | 'cancelOther', run = running) =>
      decideLease(late, heldBy(early), run, policy, 0);
    expect(decide('skip').kind).toBe('skip');
    expect(decide('bufferOne')).toEqual({ kind: 'buffer', holder: early.runId, cancel: false });
    expect(decide('cancelOther')).toEqual({ kind: 'buffer', holder: early.runId, cancel: true });
    const completing = runOf(early, 'COMPLETING');
    expect(decide('cancelOther', completing)).toMatchObject({ kind: 'buffer', cancel: false });
  });
});
