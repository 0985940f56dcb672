import { collectorNames } from './collectors';
import { exitCodes } from './exit-codes';
import { parseOptions } from './options';
import { poll } from './poll';
import { faultOfReportFile } from './report';

/**
 * Does what `npm start` is asked to do.
 * @param args the command line, without the program and its file
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, collectorNames());
  if (parsed.kind === 'help') {
    process.stdout.write(parsed.text);
    return exitCodes.good;
  }
  if (parsed.kind === 'bad') return refuse(parsed.message);
  const { options } = parsed;
  const fault = options.report === undefined ? undefined : faultOfReportFile(options.report);
  return fault === undefined ? poll(options) : refuse(fault);
}

function refuse(message: string): number {
  process.stderr.write(`npm start: ${message}\n`);
  return exitCodes.usage;
}
