import { CommanderError, type Command } from 'commander';

/** The result of parsing a command line: its options, the help that it asks for, or why it is refused. */
export type Parsed<Options> =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'bad'; readonly message: string };

/**
 * Parses a command line. Prints nothing, and does not end the process.
 * @param args without the program and its file
 */
export function parseCommand<Options extends object>(
  command: Command,
  args: readonly string[],
): Parsed<Options> {
  let printed = '';
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => (printed += text), writeErr: () => undefined });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: printed };
    return { kind: 'bad', message: error.message.replace(/^error: /, '').replaceAll('\n', ' ') };
  }
  return { kind: 'run', options: command.opts<Options>() };
}
