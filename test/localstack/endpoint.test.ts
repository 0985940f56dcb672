import { endpointVariable } from './find-endpoint';
import { describeReleases } from './suite/releases';
import { describeRuns } from './suite/runs';
import { describeServices } from './suite/services';
import { endpointTarget, type EndpointTarget } from './targets/endpoint';
import type { Endpoint } from '../../localstack/endpoint';

const endpoint = JSON.parse(process.env[endpointVariable] ?? '{}') as Endpoint;

describe(endpoint.title, () => {
  let target: EndpointTarget;
  let deploySeconds: number;

  beforeAll(async () => {
    target = await endpointTarget(endpoint);
    deploySeconds = await target.deploy();
  });
  afterAll(() => target.close());

  describeRuns(() => target);
  describeServices(endpoint.name, () => target);
  describeReleases(
    () => target,
    () => deploySeconds,
  );
});
