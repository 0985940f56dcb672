import { nodeFinding } from '../../../cli/commands/doctor';
import { explain } from '../../../cli/explain';
import { durationSeconds, periodOf, ticksBetween, timeOf } from '../../../cli/times';
import { duration } from '../../../cli/terminal/age';
import { chartOf } from '../../../cli/terminal/chart';
import { paintFor } from '../../../cli/terminal/paint';
import { tableOf } from '../../../cli/terminal/table';

const now = Date.parse('2026-03-02T12:00:00Z');

describe('times', () => {
  it.each([
    ['500ms', 0.5],
    ['90', 90],
    ['1.5h', 5_400],
    ['60m', 3_600],
    ['2 d', 172_800],
    ['soon', undefined],
    ['', undefined],
  ])('reads %j', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  it('reads the period of a rate, and of nothing else', () => {
    expect(periodOf('rate(5 minutes)')).toBe(300);
    expect(periodOf('rate(1 day)')).toBe(86_400);
    expect(periodOf('cron(0 12 * * ? *)')).toBeUndefined();
    expect(periodOf(undefined)).toBeUndefined();
  });

  it('takes a time without a zone as UTC', () => {
    expect(timeOf('2026-03-01T12:00', '--at', now)).toBe(Date.parse('2026-03-01T12:00:00Z'));
    expect(timeOf('2026-03-01T12:00+01:00', '--at', now)).toBe(Date.parse('2026-03-01T11:00:00Z'));
    expect(timeOf('2026-03-01', '--at', now)).toBe(Date.parse('2026-03-01T00:00:00Z'));
    expect(() => timeOf('noon', '--at', now)).toThrow('--at: expected a time in ISO 8601');
  });

  it.each([
    ['2026-02-31', 'a day of the calendar'],
    ['2026-03-01T24:00', 'a day of the calendar and a time from 00:00:00 to 23:59:59'],
    ['2199-01-01', 'a time that is not in the future'],
  ])('refuses %s as a scheduled time: it expects %s', (text, expected) => {
    expect(() => timeOf(text, '--from', now)).toThrow(`--from: expected ${expected}`);
  });

  it('steps through a span, both ends included', () => {
    const at = Date.parse('2026-03-01T00:00:00Z');
    expect(ticksBetween(at, at + 7_200_000, 3_600)).toEqual([
      '2026-03-01T00:00:00.000Z',
      '2026-03-01T01:00:00.000Z',
      '2026-03-01T02:00:00.000Z',
    ]);
    expect(() => ticksBetween(at, at - 1, 60)).toThrow('--to');
    expect(() => ticksBetween(at, at + 1e12, 1)).toThrow('at most 10000 ticks');
  });
});

describe('errors', () => {
  const where = { region: 'eu-west-1', endpointUrl: undefined };
  const named = (name: string, message: string, cause?: Error): Error =>
    Object.assign(new Error(message, { cause }), { name });

  it.each([
    [named('CredentialsProviderError', 'none'), /does not accept the credentials .*--profile/],
    [
      named('AccessDeniedException', 'may not ssm:GetParametersByPath'),
      /^missing permission: may not ssm/,
    ],
    [named('ResourceNotFoundException', 'Function not found'), /from eu-west-1; deploy it again/],
    [new Error('Region is missing'), /give --region/],
    [named('StoreError', 'GetItem: …', named('ExpiredTokenException', 'expired')), /log in again/],
    [Object.assign(new Error('x'), { code: 'ENOTFOUND' }), /the region eu-west-1 right\?/],
  ])('%s says what to do, in a line', (error, line) => {
    expect(explain(error, where)).toMatch(line);
  });

  it('says nothing of a bug of ours', () => {
    expect(explain(new TypeError('x is not a function'), where)).toBeUndefined();
  });
});

describe('what is shown', () => {
  it.each([
    [0.44, '0.4 s'],
    [200, '3 min 20 s'],
    [7_500, '2 h 05 min'],
    [273_600, '3 d 4 h'],
  ])('a duration of %d s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('tables', () => {
    const columns = [{ title: 'A' }, { title: 'B', align: 'right' }] as const;
    const rows = [
      ['x', '1'],
      ['long', '22'],
    ];
    expect(tableOf(columns, rows, paintFor(false))).toEqual(['A      B', 'x      1', 'long  22']);
  });

  it('charts', () => {
    expect(chartOf([0, 1, 2], { columns: 10, rows: 2 })).toEqual(['  █', ' ██']);
    expect(chartOf([], { columns: 10, rows: 1 })).toHaveLength(1);
  });

  it('Nodes that are too old', () => {
    expect(nodeFinding('18.19.0')).toMatchObject({
      state: 'bad',
      fix: 'install Node 20.19 or newer',
    });
    expect(nodeFinding('20.19.0')).toMatchObject({ state: 'ok' });
    expect(nodeFinding('24.1.0')).toMatchObject({ state: 'ok' });
  });
});
