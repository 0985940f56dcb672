import { standardError, standardOutput } from '../../shared/terminal/output';
import { collectorNames } from './collectors';
import { exitCodes } from './exit-codes';
import { parseOptions } from './options';
import { faultOfReportFile } from './report';

/**
 * Does what `npm start` is asked to do.
 * @param args the command line, without the program and its file
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, collectorNames());
  if (parsed.kind === 'help') {
    standardOutput().text(parsed.text);
    return exitCodes.good;
  }
  if (parsed.kind === 'bad') return refuse(parsed.message);
  const { options } = parsed;
  const fault = options.report === undefined ? undefined : faultOfReportFile(options.report);
  if (fault !== undefined) return refuse(fault);
  // The cloud and the SDK take a while to load; a bad option is refused before that.
  const { poll } = await import('./poll');
  return poll(options);
}

function refuse(message: string): number {
  standardError().line(`npm start: ${message}`);
  return exitCodes.usage;
}
