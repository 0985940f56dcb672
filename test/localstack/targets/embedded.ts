import { rm } from 'node:fs/promises';
import { startCloud } from '../../../localstack/embedded/cloud';
import { synthesize } from '../../../localstack/embedded/synthesize';
import { secretVariable } from '../../../shared/aws/secrets';
import { pipelineOn } from '../../support/pipeline-on-cloud';
import { parameterOf, secrets } from '../app/names';
import type { Target } from './target';

/** The suite's stacks on the embedded cloud. */
export async function embeddedTarget(): Promise<Target> {
  const assembly = await synthesize({ app: 'node --import tsx test/localstack/app/main.ts' });
  const environment = Object.fromEntries(
    Object.entries(secrets).map(([name, { value }]) => [secretVariable(name), value]),
  );
  const cloud = await startCloud({ assembly, environment, schedule: true });
  const idOf = (parameter: string) => parameter.replace(/.*\//, '');
  const views = {
    probe: pipelineOn(cloud, idOf(parameterOf.probe)),
    follower: pipelineOn(cloud, idOf(parameterOf.follower)),
  };
  return {
    name: 'embedded',
    pipeline: (name) => views[name],
    async fire(name, at) {
      const startOf = views[name].published.functions.start;
      for (const { logicalId, tellsTime, targetArn } of cloud.resources.schedules) {
        if (tellsTime && targetArn.endsWith(startOf)) await cloud.tick(logicalId, at);
      }
    },
    forgets: () => Promise.resolve(false),
    async close() {
      for (const view of Object.values(views)) view.close();
      await cloud.close();
      await rm(assembly, { recursive: true, force: true });
    },
  };
}
