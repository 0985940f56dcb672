import { parseOptions as parseBench } from '../../../bench/options';
import { parseOptions } from '../../../cli/dev/options';
import { startSourceProcess } from '../../../examples/resources/server/process';
import { program } from '../../../cli/program';

/** The help of `pollard` and of each of its commands. */
function helpOfCommands(): (readonly [string, string])[] {
  let shown = '';
  const root = program(() => undefined, { out: (text) => (shown += text), err: () => undefined });
  return [root, ...root.commands].map((command) => {
    shown = '';
    command.outputHelp();
    return [command.name(), shown] as const;
  });
}

const textOf = (parsed: { readonly kind: string; readonly text?: string }): string =>
  parsed.text ?? '';

const repo = { collectors: ['resources'], startSource: startSourceProcess };

describe('the help', () => {
  it.each([
    ...helpOfCommands(),
    ['npm start', textOf(parseOptions(['--help'], { program: 'npm start', repo }))] as const,
    ['npm run bench', textOf(parseBench(['--help']))] as const,
  ])('of %s has examples and fits into 80 columns', (_, text) => {
    expect(text).toContain('Examples:');
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
