import { createHmac } from 'node:crypto';

/** Seconds that one round of the work took on the machine by which `embeddedPlatform` was measured: the slowness 1. */
const referenceSeconds = 0.095;

/** Rounds whose mean counts, two to three seconds: neighbours slow a shared machine down for a second now and then. */
const rounds = 32;

/** Signs, writes and reads an item so often: what functions and emulators do most. */
const itemsARound = 3_000;

/**
 * How slow this machine is just now, against the one by which `pollard plan` knows the embedded cloud: 2 takes twice as long.
 * A shared machine changes within minutes by that much.
 */
export function slowness(): number {
  // For V8 to compile it.
  workARound();
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) workARound();
  return (performance.now() - began) / 1_000 / rounds / referenceSeconds;
}

function workARound(): void {
  for (let number = 0; number < itemsARound; number += 1) {
    const attributes = Array.from({ length: 12 }, (_, at) => [`a${String(at)}`, { N: String(at) }]);
    const text = JSON.stringify({ TableName: 'table', Item: Object.fromEntries(attributes) });
    createHmac('sha256', 'key').update(text).digest('hex');
    JSON.parse(text);
  }
}
