import { explore, type Finding, type Scenarios } from './explore';

type Seeds = Parameters<typeof explore>[1];

/** Interleavings by hand: `POLLARD_MODEL_SEED=17 POLLARD_MODEL_COUNT=100000 npx jest --selectProjects faults`. */
const asked = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

/** Runs interleavings; the first that breaks a promise fails, with its seed and what happened. */
export async function expectNothingFound(scenarios: Scenarios, seeds: Seeds): Promise<void> {
  const finding = await explore(scenarios, {
    from: asked('POLLARD_MODEL_SEED', seeds.from),
    count: asked('POLLARD_MODEL_COUNT', seeds.count),
  });
  if (finding) throw new Error(describeFinding(finding));
}

const describeFinding = ({ seed, broken, trace }: Finding): string =>
  [...broken, '', ...trace.slice(-200), '', `POLLARD_MODEL_SEED=${seed}`].join('\n');
