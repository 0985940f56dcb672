import { performance } from 'node:perf_hooks';
import { secretRedaction } from '../shared/core/redact';
import { standardOutput } from '../cli/terminal/output';

const rounds = 100_000;

/** A record of 760 bytes of JSON, and a log line of 200 characters. */
const record = Object.fromEntries(
  Array.from({ length: 20 }, (_, at) => [
    `field${at}`,
    at % 3 === 0 ? at : 'https://api.example.com/v2/stations/123/reading'.slice(0, 30 + at),
  ]),
);
const line = 'GET https://api.example.com/v2/stations/12345/readings answered 503 after 3 tries; '
  .repeat(3)
  .slice(0, 200);

/** Measures one call, in microseconds, once the code is warm. */
function microseconds(call: () => unknown): string {
  for (let round = 0; round < rounds; round += 1) call();
  const from = performance.now();
  for (let round = 0; round < rounds; round += 1) call();
  return (((performance.now() - from) * 1_000) / rounds).toFixed(2);
}

// Prints the time to look for secrets of 40 characters: `npx tsx bench/redaction.ts`.
for (const secrets of [0, 1, 2, 5, 10]) {
  const { learn, redact, findIn } = secretRedaction();
  for (let at = 0; at < secrets; at += 1) {
    learn(`secret${at}`, btoa(`${at * 7_919} secret of the bench `.padEnd(30, '~')));
  }
  const perRecord = microseconds(() => findIn(record, 'record'));
  const perLine = microseconds(() => redact(line));
  standardOutput().line(`${secrets} secrets: ${perRecord} µs a record, ${perLine} µs a log line`);
}
