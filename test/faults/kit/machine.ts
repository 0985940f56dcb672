import { Worker } from 'node:worker_threads';

const probeMs = 100;
/** How long an average goes back, in probes. */
const memory = 20;

let expected = 0;
let effective = 0;
let average = 0;
let probing = false;

/** Looks at the machine from now on: timers that are late tell of one that does not keep up. */
function probe(): void {
  if (probing) return;
  probing = true;
  expected = Date.now() + probeMs;
  setInterval(() => {
    const late = Math.max(0, Date.now() - expected);
    expected = Date.now() + probeMs;
    effective += probeMs;
    average += (late - average) / memory;
  }, probeMs).unref();
}

/** How late timers are, on average over two seconds, in milliseconds. */
export function lateness(): number {
  probe();
  return average;
}

/**
 * Milliseconds of a clock that only goes on while this process gets its turn: what is waited for by it gets the time that
 * it would have on a machine that is not busy with other things.
 */
export function machineMs(): number {
  probe();
  return effective;
}

/** Workers that load the SDK side by side, and how long that takes them on two cores that are quiet, in milliseconds. */
const workers = 4;
const quietMs = 800;

/** How many times slower than two quiet cores the machine is at this moment; 1 for one that is as fast, or faster. */
export async function slowness(): Promise<number> {
  const startedAt = Date.now();
  await Promise.all(Array.from({ length: workers }, loadSdk));
  return Math.max(1, (Date.now() - startedAt) / quietMs);
}

const loadSdk = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const code = `require(${JSON.stringify(require.resolve('@aws-sdk/client-dynamodb'))})`;
    const worker = new Worker(code, { eval: true });
    worker.once('error', reject);
    worker.once('exit', () => {
      resolve();
    });
  });
