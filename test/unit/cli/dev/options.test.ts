import { join } from 'node:path';
import { CommanderError } from 'commander';
import { program } from '../../../../cli/program';
import { parseOptions } from '../../../../cli/dev/options';
import { startSourceProcess } from '../../../../examples/resources/server/process';

const collectors = ['resources', 'github-repositories'];
const repo = { collectors, startSource: startSourceProcess };
const parse = (...args: string[]) => parseOptions(args, { program: 'npm start', repo });
const parseInProject = (...args: string[]) => parseOptions(args, { program: 'pollard dev' });

describe('the options of npm start', () => {
  it("polls the post's resources, page after page, when nothing is said", () => {
    expect(parse()).toEqual({
      kind: 'run',
      options: {
        collector: 'resources',
        resources: { pages: 'sequential', pageCount: 20, pageSize: 100, work: 'post' },
        objectsPerMessage: undefined,
        concurrency: 10,
        schedule: false,
        verbosity: 'normal',
        keep: false,
        report: undefined,
      },
    });
  });

  it('reads every option', () => {
    const args =
      '--pages parallel --page-count 3 --page-size 7 --work none --objects-per-message 1';
    expect(
      parse(...args.split(' '), '--concurrency', '50', '--schedule', '--report', 'r.json'),
    ).toEqual({
      kind: 'run',
      options: {
        collector: 'resources',
        resources: { pages: 'parallel', pageCount: 3, pageSize: 7, work: 'none' },
        objectsPerMessage: 1,
        concurrency: 50,
        schedule: true,
        verbosity: 'normal',
        keep: false,
        report: 'r.json',
      },
    });
  });

  it('reads what part is collected, and what is kept where', () => {
    expect(parse('--limit', '10', '--data', 'kept', '--reset', '--port', '4700')).toMatchObject({
      options: {
        part: { kind: 'first', objects: 10 },
        data: join(process.cwd(), 'kept'),
        reset: true,
        port: 4700,
      },
    });
    expect(parse('--object', 'a', '--watch', '--inspect')).toMatchObject({
      options: { part: { kind: 'object', id: 'a' }, watch: true, inspect: 9229 },
    });
    expect(parse('--inspect', '0')).toMatchObject({ options: { inspect: 0 } });
  });

  it('takes another collector, without the options of resources', () => {
    expect(parse('--collector', 'github-repositories')).toMatchObject({
      kind: 'run',
      options: { collector: 'github-repositories', resources: undefined },
    });
  });

  it('says in its help what every option is', () => {
    const parsed = parse('--help');
    const text = parsed.kind === 'help' ? parsed.text : '';
    for (const option of [
      ...['collector', 'pages', 'page-count', 'page-size', 'work', 'objects-per-message'],
      ...['concurrency', 'schedule', 'keep', 'report', 'help', 'watch'],
      ...['limit', 'object', 'inspect', 'port', 'data', 'reset'],
    ]) {
      expect(text).toContain(`--${option}`);
    }
    expect(text).toContain('Examples:');
    expect(text).toContain('Exit codes:');
  });

  it.each([
    [['--collector', 'nothing'], 'unknown collector nothing: there is no examples/nothing.ts'],
    [['--collector', 'github-repositories', '--page-size', '5'], 'option --page-size belongs to'],
    [['--pages', 'all'], 'Allowed choices are sequential, parallel'],
    [['--page-count', '0'], 'Expected a whole number from 1 to 10000'],
    [['--page-size', '1001'], 'Expected a whole number from 1 to 1000'],
    [['--page-size', '1e2'], 'Expected a whole number from 1 to 1000'],
    [['--work', 'hard'], 'Allowed choices are post, none'],
    [['--objects-per-message', 'x'], 'Expected a whole number from 1 to 1000'],
    [['--concurrency', '1'], 'Expected a whole number from 2 to 1000'],
    [['--report'], 'argument missing'],
    [['--nonsense'], "unknown option '--nonsense'"],
    [['extra'], 'too many arguments'],
    [['--keep', '--schedule'], 'cannot be used with'],
    [['--keep', '--watch'], 'cannot be used with'],
    [['--limit', '0'], 'Expected a whole number from 1 to 10000000'],
    [['--object', ''], 'Expected the id of an object, of 1 to 255 bytes'],
    [['--object', 'a', '--limit', '1'], 'cannot be used with'],
    [['--object', 'a', '--schedule'], 'cannot be used with'],
    [['--port', '65533'], 'Expected a whole number from 1 to 65532'],
    [['--inspect', 'x'], 'Expected a whole number from 0 to 65535'],
    [['--reset'], '--reset needs --data DIR'],
  ])('refuses %j in one line', (args, message) => {
    const parsed = parse(...args);
    expect(parsed).toEqual({ kind: 'bad', message: expect.stringContaining(message) as string });
    expect(parsed.kind === 'bad' && parsed.message).not.toContain('\n');
  });
});

describe('the options of pollard dev', () => {
  it('leave the choice of the pipeline to the app, and know nothing of the repo’s collectors', () => {
    expect(parseInProject()).toMatchObject({
      kind: 'run',
      options: { collector: undefined, resources: undefined, concurrency: 10 },
    });
    expect(parseInProject('--collector', 'stations')).toMatchObject({
      kind: 'run',
      options: { collector: 'stations', resources: undefined },
    });
  });

  it('name the command in the help, and no option of the collector resources', () => {
    const parsed = parseInProject('--help');
    const text = parsed.kind === 'help' ? parsed.text : '';
    expect(text).toContain('Usage: pollard dev [options]');
    expect(text).not.toMatch(/npm start|--page-count/);
  });

  it('are in `pollard help dev` as in `pollard dev --help`', () => {
    let shown = '';
    const printed = { out: (text: string) => (shown += text), err: () => undefined };
    const command = program(() => undefined, printed);
    expect(() => command.parse(['help', 'dev'], { from: 'user' })).toThrow(CommanderError);
    expect(parseInProject('--help')).toEqual({ kind: 'help', text: shown });
  });

  it.each([
    [['--page-count', '3'], "unknown option '--page-count'"],
    [['--objects-per-message', '3'], '--objects-per-message needs --collector'],
  ])('refuse %j', (args, message) => {
    expect(parseInProject(...args)).toEqual({
      kind: 'bad',
      message: expect.stringContaining(message) as string,
    });
  });
});
