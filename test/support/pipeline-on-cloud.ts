import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { EmbeddedCloud } from '../../localstack/embedded/embedded-cloud';
import { viewOf, type Published } from './pipeline-view';

export { until } from './pipeline-view';

/** A pipeline on the embedded cloud. */
export type PipelineOnCloud = ReturnType<typeof pipelineOn>;

/** Finds a pipeline by what its stack publishes, `/pollard/<stack>/<pipeline>`. */
export function pipelineOn(cloud: EmbeddedCloud, id: string) {
  const parameter = cloud.resources.parameters.find(({ name }) => name.endsWith(`/${id}`));
  if (!parameter) throw new Error(`No pipeline ${id} is published`);
  const config = {
    region: cloud.region,
    endpoint: cloud.endpoints.dynamodb,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const view = viewOf({
    published: JSON.parse(parameter.value) as Published,
    dynamoDb: new DynamoDBClient(config),
    sqs: new SQSClient({ ...config, endpoint: cloud.endpoints.sqs }),
    invoke: async (physicalName, event) => {
      const invoked = await cloud.invoke(physicalName, event, { waitMs: 20_000 });
      if (invoked.kind !== 'result') throw new Error(`${physicalName}: ${JSON.stringify(invoked)}`);
      return invoked.value;
    },
  });
  return { ...view, cloud };
}
