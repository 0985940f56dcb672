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

  it('is not bound by the catch-up window when it brings an input', () => {
    const withInput = parse({ scheduledTime: '2026-02-01T00:00:00Z', input: { from: 1 } });
    expect(withInput).toMatchObject({ plainTick: false, request: { input: { from: 1 } } });
    expect(withInput).toMatchObject({ request: { runId: 'shop@2026-02-01T00:00:00.000Z' } });
  });

  it.each(['backfill', 'followUp'])('is a %s of a tick, under its id, if it says so', (trigger) => {
    expect(parse({ scheduledTime: '2026-02-01T00:00:00Z', trigger })).toMatchObject({
      plainTick: false,
      request: { runId: 'shop@2026-02-01T00:00:00.000Z', trigger },
    });
  });

  it.each([
    { trigger: 'backfill' },
    { trigger: 'followUp', scheduledTime: '2026-03-01T10:00:00Z', manual: 1 },
    { trigger: 'backfill', scheduledTime: '2026-03-01T10:00:00Z', redriveOf: 'shop@x' },
  ])('is refused as %j, for only a tick can be one', (event) => {
    expect(() => parse(event)).toThrow(
      'Event: trigger: expected with a scheduledTime, and without manual and redriveOf',
    );
  });

  it('is refused with a trigger that nobody knows', () => {
    expect(() => parse({ scheduledTime: '2026-03-01T10:00:00Z', trigger: 'cron' })).toThrow(
      /^Event: trigger: .*"backfill" or "followUp", got "cron"$/,
    );
  });

  it.each([
    ['2026-03-01T12:01:00Z', '2026-03-01T12:01:00.000Z'],
    ['2026-03-01T12:00Z', '2026-03-01T12:00:00.000Z'],
    ['2024-02-29T23:59:59.9Z', '2024-02-29T23:59:59.900Z'],
    ['2026-03-01T11:59:59.123456789-00:00', '2026-03-01T11:59:59.123Z'],
    ['2026-03-01T01:30:00+05:30', '2026-02-28T20:00:00.000Z'],
    ['2026-02-28T22:00:00-14:00', '2026-03-01T12:00:00.000Z'],
  ])('may be of %s', (scheduledTime, utc) => {
    expect(parse({ scheduledTime })).toMatchObject({ request: { scheduledTime: utc } });
  });

  it.each([
    [{ schedule: 'x' }, /schedule/],
    [
      { scheduledTime: 'yesterday' },
      /^Event: scheduledTime: expected a time in ISO 8601 with its zone, such as 2026-03-01T12:00:00Z, got "yesterday"$/,
    ],
    [{ scheduledTime: '2026-02-31T00:00:00Z' }, /expected a day of the calendar/],
    [{ scheduledTime: '2025-02-29T00:00:00Z' }, /expected a day of the calendar/],
    [{ scheduledTime: '2026-02-00T00:00:00Z' }, /expected a day of the calendar/],
    [{ scheduledTime: '2026-02-01T24:00:00Z' }, /a time from 00:00:00 to 23:59:59/],
    [{ scheduledTime: '2026-02-01T25:00:00Z' }, /a time from 00:00:00 to 23:59:59/],
    [{ scheduledTime: '2026-02-01T23:59:60Z' }, /a time from 00:00:00 to 23:59:59/],
    [{ scheduledTime: '2026-02-01T00:60:00Z' }, /a time from 00:00:00 to 23:59:59/],
    [{ scheduledTime: '2026-02-01T00:00:00+15:00' }, /a zone from -14:00 to \+14:00/],
    [{ scheduledTime: '2026-02-01T00:00:00+0100' }, /with its zone/],
    [{ scheduledTime: '2026-02-01T00:00:00' }, /with its zone/],
    [{ scheduledTime: '2026-02-01t00:00:00z' }, /with its zone/],
    [{ scheduledTime: '2026-02-01 00:00:00Z' }, /with its zone/],
    [{ scheduledTime: ' 2026-02-01T00:00:00Z' }, /with its zone/],
    [{ scheduledTime: '2026-02-01T00:00:00.Z' }, /with its zone/],
    [{ scheduledTime: '0001-02-01T00:00:00Z' }, /a time from 1970 on/],
    [{ scheduledTime: '1970-01-01T00:00:00+01:00' }, /a time from 1970 on/],
    [
      { scheduledTime: '2199-01-01T00:00:00Z' },
      /^Event: scheduledTime: expected a time at most 60 s ahead of the clock \(2026-03-01T12:00:00.000Z\), got 2199-01-01T00:00:00.000Z$/,
    ],
    [{ scheduledTime: '2026-03-01T12:01:00.001Z' }, /at most 60 s ahead/],
    [{ scheduledTime: '2026-03-01T13:30:00+01:00' }, /at most 60 s ahead/],
    [{ manual: 1_000_001 }, 'Event: manual: expected 1000000 or less, got 1000001'],
    [{ manual: 1e21 }, /manual/],
    [{ manual: NaN }, 'Event: manual: expected a number, got NaN'],
    [{ manual: -1 }, /manual/],
    [[], /Event: expected an object, got a list/],
    [[{ scheduledTime: '2026-03-01T12:00:00Z' }], /Event: expected an object, got a list/],
    [{ scheduledTime: '1 March 2026 12:00' }, /scheduledTime/],
    [{ scheduledTime: '2026-13-01T00:00:00Z' }, /scheduledTime/],
    [{ scheduledTime: '+02026-03-01T00:00:00Z' }, /scheduledTime/],
    [{ scheduledTime: 5 }, 'Event: scheduledTime: expected a text, got 5'],
    [{ manual: 0 }, 'Event: manual: expected 1 or more, got 0'],
    [{ manual: 1.5 }, 'Event: manual: expected a whole number, got 1.5'],
    [{ redriveOf: '' }, 'Event: redriveOf: expected a length of 1 or more, got 0'],
    [{ cancel: 'x'.repeat(513) }, 'Event: cancel: expected at most 512 bytes, got 513'],
    [{ cancel: 'a', manual: 1 }, /cancel/],
    [{ input: 'x'.repeat(70_000) }, /input.*65536/],
    ['now', 'Event: expected an object, got "now"'],
  ])('%j is refused, the fault named', (event, fault) => {
    expect(() => parse(event)).toThrow(fault);
  });
});
