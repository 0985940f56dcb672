import { parseStartEvent } from '../../../shared/core/start-event';

const now = Date.parse('2026-03-01T12:00:00Z');
const parse = (event: unknown) => parseStartEvent(event, 'shop', now);

describe('the event of the start function', () => {
  it('is a tick when it has a scheduled time alone, in UTC with milliseconds', () => {
    expect(parse({ scheduledTime: '2026-03-01T13:00:00+01:00' })).toEqual({
      kind: 'start',
      plainTick: true,
      request: {
        runId: 'shop@2026-03-01T12:00:00.000Z',
        scheduledTime: '2026-03-01T12:00:00.000Z',
        trigger: 'tick',
      },
    });
  });

  it('is a manual start now when it is empty', () => {
    expect(parse({})).toEqual({
      kind: 'start',
      plainTick: false,
      request: {
        runId: 'shop@2026-03-01T12:00:00.000Z~m1',
        scheduledTime: '2026-03-01T12:00:00.000Z',
        trigger: 'manual',
      },
    });
    expect(parse(undefined)).toMatchObject({ request: { trigger: 'manual' } });
  });

  it('is a tick of the minute when whoever fires the schedule puts no time into it', () => {
    const event = { scheduledTime: '<aws.scheduler.scheduled-time>' };
    expect(parseStartEvent(event, 'shop', now + 59_999)).toMatchObject({
      plainTick: true,
      request: { runId: 'shop@2026-03-01T12:00:00.000Z', trigger: 'tick' },
    });
  });

  it('repeats a manual start by its time and number', () => {
    expect(parse({ scheduledTime: '2026-03-01T10:00:00Z', manual: 7 })).toMatchObject({
      request: { runId: 'shop@2026-03-01T10:00:00.000Z~m7' },
    });
  });

  it('redrives an old run under an id of its own', () => {
    expect(parse({ redriveOf: 'shop@x', manual: 2 })).toEqual({
      kind: 'start',
      plainTick: false,
      request: {
        scheduledTime: '2026-03-01T12:00:00.000Z',
        runId: 'shop@2026-03-01T12:00:00.000Z~r2',
        trigger: 'redrive',
        redriveOf: 'shop@x',
      },
    });
  });

  it('cancels a run, and does nothing else', () => {
    expect(parse({ cancel: 'shop@x' })).toEqual({ kind: 'cancel', runId: 'shop@x' });
    expect(() => parse({ cancel: 'shop@x', input: 1 })).toThrow(
      'Event: cancel: expected to be alone',
    );
  });

  it('is a backfill, not bound by the catch-up window, when it brings an input', () => {
    const backfill = parse({ scheduledTime: '2026-02-01T00:00:00Z', input: { from: 1 } });
    expect(backfill).toMatchObject({ plainTick: false, request: { input: { from: 1 } } });
    expect(backfill).toMatchObject({ request: { runId: 'shop@2026-02-01T00:00:00.000Z' } });
  });

  it.each([
    [{ schedule: 'x' }, /schedule/],
    [
      { scheduledTime: 'yesterday' },
      /^Event: scheduledTime: expected a time in ISO 8601, such as 2026-03-01T12:00:00Z, got "yesterday"$/,
    ],
    [{ scheduledTime: '1 March 2026 12:00' }, /scheduledTime/],
    [{ scheduledTime: '2026-13-01T00:00:00Z' }, /scheduledTime/],
    [{ scheduledTime: '+02026-03-01T00:00:00Z' }, /scheduledTime/],
    [{ scheduledTime: 5 }, /scheduledTime/],
    [{ manual: 0 }, /manual/],
    [{ manual: 1.5 }, /manual/],
    [{ cancel: 'a', manual: 1 }, /cancel/],
    [{ input: 'x'.repeat(70_000) }, /input.*65536/],
    ['now', /Event/],
  ])('%j is refused, the fault named', (event, fault) => {
    expect(() => parse(event)).toThrow(fault);
  });
});
