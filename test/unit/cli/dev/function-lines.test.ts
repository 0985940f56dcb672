import { ErrorBoard } from '../../../../cli/dev/error-board';
import { functionLines, type Verbosity } from '../../../../cli/dev/function-lines';
import { paintFor } from '../../../../cli/terminal/paint';

const pipeline = 'App/Stations';
const ours = (fields: object): string =>
  JSON.stringify({ service: pipeline, function: 'object', timestamp: 't', ...fields });
const error = (objectId: string): string =>
  ours({
    ...{ level: 'WARN', message: 'fetch.reading failed', call: 'fetch.reading', objectId },
    error: `Error: ${objectId} is gone; caused by Error: refused (ECONNREFUSED)`,
    kind: 'Error: … is gone; caused by Error: refused (ECONNREFUSED)',
    stack: ['get (collectors/stations.ts:12:9)'],
  });

/** What is said of these lines, and the errors that were counted. */
function shown(lines: readonly string[], verbosity: Verbosity = 'normal') {
  const said: string[] = [];
  const errors = new ErrorBoard();
  const clock = { ms: 0 };
  const it = functionLines({
    ...{ paint: paintFor(false), verbosity, errors },
    say: (line) => said.push(line),
    now: () => clock.ms,
  });
  for (const line of lines) it.show('object', line, pipeline);
  return { said, errors, it, clock };
}

describe('the lines of functions', () => {
  it('of a call for the object of --object say what it returned, with --quiet too', () => {
    const value = '{ a: 1,\n  b: 2 }';
    const line = JSON.stringify({
      pollardReturned: { call: 'crunch', objectId: 'station-7', ms: 3, value },
    });
    expect(shown([line], 'quiet').said).toEqual([
      'crunch returned  station-7  3 ms',
      '    { a: 1,',
      '      b: 2 }',
    ]);
  });

  it.each([
    ['fetching a', 'object  fetching a'],
    ['{ not JSON', 'object  { not JSON'],
    ['{"temperature":7}', 'object  {"temperature":7}'],
    [
      '{"level":"INFO","message":"of a library"}',
      'object  {"level":"INFO","message":"of a library"}',
    ],
    [
      ours({
        level: 'INFO',
        message: 'Read',
        by: 'collector',
        runId: 'r',
        objectId: 'a',
        celsius: 7,
      }),
      'object  a  Read  { celsius: 7 }',
    ],
    [
      ours({
        level: 'WARN',
        message: 'Slow',
        by: 'collector',
        runId: 'r',
        seconds: [1, { of: 2 }],
      }),
      'object  WARN  Slow  { seconds: [ 1, { of: 2 } ] }',
    ],
  ])('of the collector are shown with their data and object: %s', (line, text) => {
    expect(shown([line]).said).toEqual([text]);
    expect(shown([line], 'quiet').said).toEqual([]);
  });

  it.each([
    ours({ level: 'INFO', message: 'Objects collected', saved: 3 }),
    ours({ level: 'DEBUG', message: 'Detail', by: 'collector' }),
    '{"_aws":{"Timestamp":1}}',
  ])('of the pipeline and for debugging are for --verbose: %s', (line) => {
    expect(shown([line]).said).toEqual([]);
    expect(shown([line], 'verbose').said).toHaveLength(1);
  });

  it('that are blank are left out', () => {
    expect(shown(['', '  '], 'verbose').said).toEqual([]);
  });

  it('show a warning of the pipeline with its error, even with --quiet', () => {
    const warning = { level: 'WARN', message: 'A page will be listed again', runId: 'r', page: 3 };
    const line = ours({
      ...warning,
      error: 'Error: 503',
      stack: ['listPage (collectors/x.ts:3:1)'],
    });
    expect(shown([line], 'quiet').said).toEqual([
      '✘ object  A page will be listed again  { page: 3 }',
      '    Error: 503',
      '      listPage (collectors/x.ts:3:1)',
    ]);
  });

  it('show the first error of a kind with its causes and lines, and count the objects that have it', () => {
    const { said, errors } = shown(['a', 'b', 'b', 'c'].map(error));
    expect(said).toEqual([
      '✘ fetch.reading failed  a',
      '    Error: a is gone',
      '    caused by Error: refused (ECONNREFUSED)',
      '      get (collectors/stations.ts:12:9)',
    ]);
    expect(errors.counts()).toEqual([
      { label: expect.stringContaining('fetch.reading: '), objects: 3 },
    ]);
  });

  it('are shown again after a flood, with the number of lines that were held back', () => {
    const flood = Array.from({ length: 100 }, (_, at) => `line ${at}`);
    const { said, it, clock } = shown(flood);
    expect(said).toEqual(flood.slice(0, 40).map((line) => `object  ${line}`));
    it.show('object', error('a'), pipeline);
    expect(said.slice(40, 42)).toEqual([
      '… 60 lines held back: --verbose shows all',
      '✘ fetch.reading failed  a',
    ]);
    clock.ms = 100;
    it.show('object', 'later', pipeline);
    expect(said.at(-1)).toBe('object  later');
    expect(shown(flood, 'verbose').said).toHaveLength(100);
  });
});
