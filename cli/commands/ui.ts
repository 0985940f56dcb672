import { exitCodes } from '../exit-codes';
import { explain, type Where } from '../explain';
import type { Printer } from '../io';
import type { Operator } from '../operator/operator';
import type { TargetOptions } from '../target';
import { backendOf } from '../ui/backend';
import { pageFiles } from '../ui/page-files';
import { serve } from '../ui/server';

export interface UiOptions extends TargetOptions {
  readonly readOnly?: boolean;
  /** 0 is any free one. */
  readonly port?: number;
}

/** Serves the page until Ctrl-C. @returns the exit code */
export async function ui(
  operator: Operator,
  where: Where,
  options: UiOptions,
  printer: Printer,
): Promise<number> {
  const { now, signal } = printer.io;
  const readOnly = options.readOnly ?? false;
  const backend = backendOf({ operator, options, where, readOnly, signal, now });
  // What keeps the page from being read is better said here than in the browser.
  await backend.overview();
  const served = await serve({
    backend,
    files: pageFiles,
    explain: (error) => explain(error, where),
    port: options.port,
  });
  if (printer.json) printer.document({ url: served.url });
  else {
    printer.line(`The page is at ${printer.paint.bold(served.url)}`);
    printer.line(printer.paint.dim(`  until Ctrl-C${readOnly ? ', read-only' : ''}`));
  }
  await aborted(signal);
  await served.close();
  return exitCodes.good;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener('abort', () => {
        resolve();
      });
  });
