import { open, url, waitForDebugger as wait } from 'node:inspector';
import { standardError } from '../terminal/output';

/**
 * Opens the inspector of this process, and blocks until a debugger connects, so that it sees each function from its start: it
 * finds the threads of functions through this process. Ctrl-C ends the process.
 * @param port 0 is any free one
 * @returns why the inspector cannot be opened, or `undefined`
 */
export function waitForDebugger(port: number): string | undefined {
  // A debugger that launched this process is already connected.
  if (url() !== undefined) return undefined;
  open(port, '127.0.0.1');
  if (url() === undefined) {
    return `port ${port} of 127.0.0.1 is in use: end the program that uses it, or choose another one with --inspect PORT`;
  }
  standardError().line('Waiting for a debugger …');
  wait();
  return undefined;
}
