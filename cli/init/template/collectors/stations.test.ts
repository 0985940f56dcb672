import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inMemory } from 'pollard-aws/testing';
import { collector } from './stations';

test('every station of every page is read once', async () => {
  const run = await inMemory(collector).run();
  assert.equal(run.status, 'SUCCEEDED');
  assert.deepEqual(run.totals, { readings: 100 });
  assert.deepEqual(run.failures, []);
  assert.deepEqual(run.records[7], { station: 'station-7', celsius: 9 });
});
