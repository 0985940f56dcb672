// Runs interleavings of one model in a process of their own: in Jest's context they take ten times as long. By hand:
// npx tsx test/faults/models/lean/main.ts --model chord --from 0 --count 1000000
import { parseArgs } from 'node:util';
import { chordModel } from './chord-model';
import { exploreLean } from './explore';
import { leaseModel } from './lease-model';

const models = { chord: chordModel, lease: leaseModel };

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'chord' },
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '50000' },
  },
});

async function main(): Promise<void> {
  const model = values.model === 'lease' ? models.lease : models.chord;
  const seeds = { from: Number(values.from), count: Number(values.count) };
  const finding = await exploreLean(model(), seeds);
  process.stdout.write(JSON.stringify(finding ?? null, undefined, 1) + '\n');
}

void main();
