import { rmSync, statSync } from 'node:fs';
import { functionNames } from '../../shared/environment';
import { startCloud } from '../../localstack/embedded/cloud';
import { synthesize } from '../../localstack/embedded/synthesize';
import { pipelineIn } from '../../cli/dev/schedule';
import type { ColdStart } from '../measurement';

/** The six functions of the collector `resources`, each started cold, one after the other. */
export async function coldStarts(): Promise<ColdStart[]> {
  const assembly = await synthesize();
  try {
    const fresh = await startAll(assembly, 0);
    const booted = await startAll(assembly, functionNames.length);
    return fresh.map((start, at) => ({ ...start, initMsInSandbox: booted[at]?.initMs ?? 0 }));
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}

/** Events that give a function nothing to do; the start function comes last, for it starts a run. */
const events = {
  reconcile: {},
  deadLetter: { Records: [] },
  callback: { Records: [] },
  object: { Records: [] },
  page: { Records: [] },
  start: {},
} as const;

async function startAll(
  assembly: string,
  sandboxesAhead: number,
): Promise<Omit<ColdStart, 'initMsInSandbox'>[]> {
  const cloud = await startCloud({ assembly, sandboxesAhead });
  try {
    const { functions } = pipelineIn(cloud.resources, 'resources');
    const started: Omit<ColdStart, 'initMsInSandbox'>[] = [];
    for (const name of Object.keys(events) as (keyof typeof events)[]) {
      const result = await cloud.invoke(functions[name], events[name]);
      if (result.kind !== 'result') throw new Error(`${name}: ${JSON.stringify(result)}`);
      const found = cloud
        .environments()
        .find((environment) => environment.functionName === functions[name]);
      const resource = cloud.resources.functions.find((each) => each.name === functions[name]);
      started.push({
        function: name,
        bundleBytes: resource === undefined ? 0 : statSync(resource.codePath).size,
        initMs: found?.initMs ?? 0,
      });
    }
    return started;
  } finally {
    await cloud.close();
  }
}
