import { standardError, standardOutput } from '../terminal/output';
import { optimizeLate } from '../../localstack/embedded/lambda/v8-options';
import { exitCodes } from '../exit-codes';
import { waitForDebugger } from './inspector';
import { parseOptions, type Front } from './options';
import { faultOfReportFile } from './report';

/**
 * Runs `npm start` or `pollard dev`.
 * @param args the command line, without the program and its file
 * @returns the exit code
 */
export async function main(args: readonly string[], front: Front): Promise<number> {
  const parsed = parseOptions(args, front);
  if (parsed.kind === 'help') {
    standardOutput().text(parsed.text);
    return exitCodes.good;
  }
  if (parsed.kind === 'bad') return refuse(front, parsed.message);
  const { options } = parsed;
  const fault = options.report === undefined ? undefined : faultOfReportFile(options.report);
  if (fault !== undefined) return refuse(front, fault);
  const closed = options.inspect === undefined ? undefined : waitForDebugger(options.inspect);
  if (closed !== undefined) return refuse(front, closed);
  // The cloud and the SDK take a while to load; a bad option is refused before that.
  const { poll } = await import('./poll');
  optimizeLate();
  return poll(options, front);
}

function refuse({ program }: Front, message: string): number {
  standardError().line(`${program}: ${message}`);
  return exitCodes.usage;
}
