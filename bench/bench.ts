import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { standardOutput } from '../cli/terminal/output';
import { paintFor, takesColours } from '../cli/terminal/paint';
import { measure, type Contestant } from './contender';
import { commit, isBusy, machine, type Machine } from './machine';
import type { Measurement } from './measurement';
import type { BenchOptions } from './options';
import { coldStartsOfOurs, ours, tailRuns } from './ours/contestant';
import { openPeers, type Peers } from './peers/peers';
import { pilot, slownessBy } from './pilot';
import { predictionOf, usualOf, type Prediction } from './predict';
import { progressOn, type Progress } from './progress';
import {
  figuresOf,
  growthOf,
  joinTailOf,
  joinTailsOf,
  ourFiguresOf,
  ourName,
  runsOf,
  type BenchReport,
  type Sample,
} from './report';
import { tablesOf } from './table';
import { noWork, workloadsOf, type NamedWorkload } from './workload';

/** Someone who can be given a workload. */
interface Entrant {
  readonly name: string;
  contestantFor(named: NamedWorkload): Contestant;
}

/**
 * Measures what is asked for, shows a table and writes the report.
 * @returns whether all of it could be measured
 */
export async function bench(options: BenchOptions): Promise<boolean> {
  const before = machine();
  const progress = progressOn(standardOutput());
  const faults: string[] = [];
  warn(before, progress);
  const peers = await openPeers(options, progress);
  try {
    const samples = await measureAll(options, peers, progress, faults);
    const alone = await measureAlone(options, progress, faults);
    const report = reportOf(options, before, peers, { samples, faults, ...alone });
    progress.done();
    const paint = paintFor(takesColours(process.stdout, process.env));
    for (const line of tablesOf(report, paint)) progress.say(line);
    for (const file of filesFor(options, report)) write(file, report, progress);
    return faults.length === 0 && Object.keys(peers.missing).length === 0;
  } finally {
    await peers.close();
  }
}

function warn(before: Machine, progress: Progress): void {
  if (isBusy(before)) {
    const load = before.loadBefore.toFixed(1);
    progress.say(`The machine is busy (load ${load}): these figures will say little.`);
  }
  if (before.platform.startsWith('linux')) return;
  progress.say('There is no /proc here: no CPU time, and memory of the main process only.');
}

/** Every workload on every contender, in turn, so often. */
async function measureAll(
  options: BenchOptions,
  peers: Peers,
  progress: Progress,
  faults: string[],
): Promise<Sample[]> {
  const entrants: Entrant[] = [
    { name: ourName, contestantFor: ({ workload }) => ours(workload, options.concurrency) },
    ...peers.measured,
  ];
  const samples = new Map<string, { sample: Sample; measurements: Measurement[] }>();
  const workloads = workloadsOf(options);
  for (const named of workloads) {
    for (let time = 1; time <= options.times; time += 1) {
      for (const { name, contestantFor } of entrants) {
        // The source over HTTP is ours; its peers sleep as the post's workload says.
        if (named.workload.work === 'http' && name !== ourName) continue;
        const title = titleOf(named, name, time, options.times);
        const measurements = sampleFor(samples, name, named);
        const run = () => attempt(contestantFor(named), title, progress, faults);
        const predicted = options.plan && name === ourName;
        const measured = await (predicted ? betweenPilots(run, options, progress, faults) : run());
        if (measured) measurements.push(measured);
      }
    }
  }
  return [...samples.values()].map(({ sample }) => sample);
}

/** Measures between two pilots, which say how slow the machine was. */
async function betweenPilots(
  run: () => Promise<Measurement | undefined>,
  { concurrency }: BenchOptions,
  progress: Progress,
  faults: string[],
): Promise<Measurement | undefined> {
  const slowness = async (): Promise<number | undefined> => {
    const flown = await attempt(ours(pilot, concurrency), 'pilot', progress, faults);
    return flown && slownessBy(flown, concurrency);
  };
  const before = await slowness();
  const measured = await run();
  const after = await slowness();
  if (!measured || before === undefined || after === undefined) return measured;
  return { ...measured, slowness: (before + after) / 2 };
}

const titleOf = (named: NamedWorkload, name: string, time: number, times: number): string =>
  [
    named.part === 'post' ? `the post, ${named.name}` : `no work, ${named.name}`,
    name,
    ...(times > 1 ? [`${time} of ${times}`] : []),
  ].join(' · ');

function sampleFor(
  samples: Map<string, { sample: Sample; measurements: Measurement[] }>,
  contender: string,
  named: NamedWorkload,
): Measurement[] {
  const key = `${contender} ${named.part} ${named.name}`;
  let found = samples.get(key);
  if (!found) {
    const measurements: Measurement[] = [];
    found = { sample: { contender, named, measurements }, measurements };
    samples.set(key, found);
  }
  return found.measurements;
}

/** Measures; a fault is told and kept, and the bench goes on. */
async function attempt(
  contestant: Contestant,
  title: string,
  progress: Progress,
  faults: string[],
): Promise<Measurement | undefined> {
  progress.begin(title);
  try {
    const measurement = await measure(contestant, (settled) => {
      progress.show(settled);
    });
    progress.end(measurement);
    return measurement;
  } catch (error) {
    const fault = `${title}: ${error instanceof Error ? error.message : String(error)}`;
    faults.push(fault);
    progress.say(fault);
    return undefined;
  }
}

/** Measures what only Pollard has: the join tail and cold starts. */
async function measureAlone(
  { only, concurrency }: BenchOptions,
  progress: Progress,
  faults: string[],
): Promise<{ readonly tail: Measurement | undefined; readonly cold: Measurement | undefined }> {
  const { objects, runs } = tailRuns;
  const tail = only.includes('joinTail')
    ? await attempt(
        ours(noWork(objects), concurrency, runs),
        `join tail, ${runs} runs of ${objects}`,
        progress,
        faults,
      )
    : undefined;
  const cold = only.includes('coldStart')
    ? await attempt(coldStartsOfOurs(), 'cold starts', progress, faults)
    : undefined;
  return { tail, cold };
}

interface Measured {
  readonly samples: readonly Sample[];
  readonly tail: Measurement | undefined;
  readonly cold: Measurement | undefined;
  readonly faults: readonly string[];
}

function reportOf(
  options: BenchOptions,
  before: Machine,
  peers: Peers,
  { samples, tail, cold, faults }: Measured,
): BenchReport {
  const own = ourFiguresOf(samples);
  const runs = [
    ...runsOf(samples.filter(({ contender }) => contender === ourName)),
    ...(tail?.runs ?? []),
  ];
  const measuredPeers = peers.measured.map(({ name }) => [name, figuresOf(samples, name)] as const);
  return {
    date: new Date().toISOString(),
    machine: before,
    versions: { node: process.version, pollard: commit(), ...peers.versions },
    times: options.times,
    concurrency: options.concurrency,
    ...own,
    joinTailMs: joinTailOf(runs),
    joinTailRuns: joinTailsOf(runs).length,
    coldStart: cold?.coldStarts ?? [],
    growth: growthOf(own.noWork),
    peers: { ...Object.fromEntries(measuredPeers), ...peers.missing },
    predictions: options.plan ? predictionsOf(samples, options.concurrency) : [],
    faults,
  };
}

const predictionsOf = (samples: readonly Sample[], concurrency: number): Prediction[] =>
  samples.flatMap(({ named, measurements }) =>
    usualOf(
      measurements.flatMap(({ runs, slowness }) =>
        slowness === undefined
          ? []
          : runs.map((run) => predictionOf(named, run, { concurrency, slowness })),
      ),
    ),
  );

/** The report that is asked for, and the one that is kept. */
function filesFor({ report: asked }: BenchOptions, { date, versions }: BenchReport): string[] {
  const name = `${date.slice(0, 16).replace(':', '')}-${versions['pollard'] ?? ''}.json`;
  const kept = join(__dirname, 'results', name);
  return asked === undefined ? [kept] : [kept, asked];
}

function write(file: string, report: BenchReport, progress: Progress): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  progress.say(`Written: ${file}`);
}
