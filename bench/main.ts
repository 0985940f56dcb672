// `npm run bench`: measures the pipeline, and its peers beside it. `npm run bench -- --help` says how.
import { bench } from './bench';
import { parseOptions } from './options';

const exitCodes = { good: 0, bad: 1, usage: 2 } as const;

async function main(): Promise<number> {
  const parsed = parseOptions(process.argv.slice(2));
  if (parsed.kind === 'help') {
    process.stdout.write(parsed.text);
    return exitCodes.good;
  }
  if (parsed.kind === 'bad') {
    process.stderr.write(`npm run bench: ${parsed.message}\n`);
    return exitCodes.usage;
  }
  return (await bench(parsed.options)) ? exitCodes.good : exitCodes.bad;
}

void main().then((code) => {
  process.exitCode = code;
});
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(130));
