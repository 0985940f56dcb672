// The stand-in source as a process of its own, started by `startSourceProcess`: its options come as the one argument,
// JSON, its address goes to the parent, and it ends with the parent.
import { warmUp } from './warm-up';
import { startSource, type SourceOptions } from './server';

async function main(): Promise<void> {
  // Ctrl-C reaches every process of a terminal; this one waits until its parent is done with it.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit());
  // The parent asks how much memory this process has held at most; the system counts in KB.
  process.on('message', () => process.send?.(process.resourceUsage().maxRSS * 1_024));
  const source = await startSource(JSON.parse(process.argv[2] ?? '{}') as SourceOptions);
  await warmUp();
  process.send?.(source.url);
}

void main();
