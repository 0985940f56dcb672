import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../cli/option-values';
import { parseCommand, type Parsed } from '../cli/parse-command';
import { pageSize } from './post';

/** The parts of the bench. */
export const parts = ['post', 'noWork', 'joinTail', 'coldStart'] as const;
export type Part = (typeof parts)[number];

/** The peers of Pollard. */
export const peerNames = ['bullmq', 'celery'] as const;
export type PeerName = (typeof peerNames)[number];

/** The options of `npm run bench`. */
export interface BenchOptions {
  readonly only: readonly Part[];
  /** Objects of the runs without work; whole pages of 100. */
  readonly sizes: readonly number[];
  readonly peers: readonly PeerName[];
  /** How often each is measured: the figures are medians. */
  readonly times: number;
  /** Lambda invocations at once on the embedded cloud. */
  readonly concurrency: number;
  readonly plan: boolean;
  readonly installPeers: boolean;
  readonly report: string | undefined;
}

const defaultSizes = [2_000, 20_000, 100_000];
const timesToCompare = 3;

interface Given {
  readonly only?: readonly Part[];
  readonly sizes?: readonly number[];
  readonly peers?: readonly PeerName[] | true;
  readonly times?: number;
  readonly concurrency: number;
  readonly plan?: boolean;
  readonly installPeers?: boolean;
  readonly report?: string;
}

/**
 * Parses the command line of `npm run bench`.
 * @param args without the program and its file
 */
export function parseOptions(args: readonly string[]): Parsed<BenchOptions> {
  const parsed = parseCommand<Given>(benchCommand(), args);
  return parsed.kind === 'run' ? { kind: 'run', options: complete(parsed.options) } : parsed;
}

function complete(given: Given): BenchOptions {
  const peers = given.peers === true ? peerNames : (given.peers ?? []);
  return {
    only: given.only ?? parts,
    sizes: given.sizes ?? defaultSizes,
    peers,
    times: given.times ?? (peers.length > 0 || given.plan ? timesToCompare : 1),
    concurrency: given.concurrency,
    plan: given.plan ?? false,
    installPeers: given.installPeers ?? false,
    report: given.report,
  };
}

function benchCommand(): Command {
  return new Command('npm run bench --')
    .usage('[options]')
    .description(
      'Measures the pipeline on the embedded cloud, and its peers for comparison. Each workload has its own ' +
        'process tree; they run one after the other. Leave the machine idle otherwise.',
    )
    .helpOption('-h, --help', 'show this help')
    .showSuggestionAfterError(false)
    .option(
      '--report <file>',
      'also write the figures to this file, as JSON (always: bench/results/*.json)',
    )
    .option('--only <parts>', `measure some of ${parts.join(',')} (default: all)`, someOf(parts))
    .option(
      '--sizes <numbers>',
      `objects of the runs without work (default: ${defaultSizes.join(',')})`,
      sizesOf,
    )
    .option(
      '--peers [names]',
      `also measure some of ${peerNames.join(',')} (without names: all)`,
      someOf(peerNames),
    )
    .option('--install-peers', 'install those peers first, outside the checkout; then measure')
    .option(
      '--times <n>',
      'how often to measure each (default: 1, with --peers or --plan 3)',
      wholeNumber(1, 100),
    )
    .option('--concurrency <n>', 'Lambda invocations at once', wholeNumber(2, 1_000), 10)
    .option('--plan', 'compare the predictions of pollard plan with the measurements')
    .addHelpText('after', examples);
}

const examples = `
Exit codes: 0 everything was measured, 1 something was not, 2 a bad option.

Examples:
  npm run bench                                  Pollard alone
  npm run bench -- --only noWork --sizes 20000   one figure
  npm run bench -- --peers --install-peers       next to BullMQ and Celery
  npm run bench -- --only post,noWork --plan     the accuracy of pollard plan
`;

const someOf =
  <T extends string>(names: readonly T[]) =>
  (given: string): T[] =>
    given.split(',').map((name) => {
      const found = names.find((known) => known === name.trim());
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`Expected some of ${names.join(',')}.`);
    });

const sizesOf = (given: string): number[] =>
  given.split(',').map((text) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (value >= pageSize && value <= 1_000_000 && value % pageSize === 0) return value;
    throw new InvalidArgumentError(
      `Expected whole hundreds up to 1000000, with commas between them.`,
    );
  });
