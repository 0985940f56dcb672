// Runs the collector in memory and on the embedded cloud, and prints both results.
import { inMemory, onCloud } from 'pollard-aws/testing';
import { collector } from './collector';

async function main(): Promise<void> {
  const { status, counts } = await inMemory(collector).run();
  const cloud = await onCloud();
  try {
    const run = await cloud.run();
    console.log(JSON.stringify({ memory: { status, counts }, cloud: run }));
  } finally {
    await cloud.close();
  }
}

void main();
