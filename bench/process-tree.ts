import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second, of /proc/PID/stat: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;
const pageBytes = 4_096;
const sampleEveryMs = 100;
/** Samples between two looks for new processes. */
const scanEvery = 10;

/** The resources that a tree of processes used while it was watched. */
export interface TreeUse {
  readonly cpuSeconds: number;
  /** The most that all of them held at once: resident pages, those that are shared counted in each. */
  readonly peakRssBytes: number;
}

/** A watch on a tree of processes. */
export interface TreeWatch {
  /** @returns `undefined` where there is no /proc */
  stop(): TreeUse | undefined;
}

interface Stat {
  readonly parent: number;
  /** User and system time, of the children too that have ended. */
  readonly cpuTicks: number;
  readonly rssBytes: number;
}

/** The line of /proc/PID/stat: what stands behind the name, which may hold anything. */
export function statOf(line: string): Stat {
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const field = (number: number): number => fields[number - 3] ?? 0;
  return {
    parent: field(4),
    cpuTicks: field(14) + field(15) + field(16) + field(17),
    rssBytes: field(24) * pageBytes,
  };
}

/** The processes below some, and those themselves. */
export function treeOf(roots: readonly number[], parents: ReadonlyMap<number, number>): number[] {
  const found = new Set(roots);
  let before = 0;
  while (found.size > before) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** Watches the processes below some, and those themselves, from now on. */
export function watchTree(roots: readonly number[]): TreeWatch {
  let pids = scan(roots);
  let samples = 0;
  let peakRssBytes = 0;
  const before = cpuTicksOf(pids);
  const sample = (): void => {
    samples += 1;
    if (samples % scanEvery === 0) pids = scan(roots);
    const bytes = pids.reduce((sum, pid) => sum + (read(pid)?.rssBytes ?? 0), 0);
    peakRssBytes = Math.max(peakRssBytes, bytes);
  };
  sample();
  const timer = setInterval(sample, sampleEveryMs);
  return {
    stop: () => {
      clearInterval(timer);
      pids = scan(roots);
      sample();
      if (peakRssBytes === 0) return undefined;
      return { cpuSeconds: (cpuTicksOf(pids) - before) / ticksPerSecond, peakRssBytes };
    },
  };
}

const cpuTicksOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + (read(pid)?.cpuTicks ?? 0), 0);

function scan(roots: readonly number[]): number[] {
  const parents = new Map<number, number>();
  for (const pid of processIds()) {
    const stat = read(pid);
    if (stat) parents.set(pid, stat.parent);
  }
  return treeOf(roots, parents);
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** `undefined` for a process that has ended. */
function read(pid: number): Stat | undefined {
  try {
    return statOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}
