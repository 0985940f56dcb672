import { region } from './account';
import type { FunctionResource } from './assembly/resources';
import { accessKeyOf } from './iam/rules';
import { quietSdk } from './lambda/code';
import type { CloudOptions } from './options';

/** The addresses of the services. */
export interface Endpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly lambda: string;
  readonly ssm: string;
  readonly secretsmanager: string;
  readonly events: string;
  /** S3, and the services that are not emulated. */
  readonly others: string;
}

/** The variables that point an SDK or the AWS CLI at the cloud. */
export const clientEnvironment = (endpoints: Endpoints): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoints.others,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: 'embedded',
  AWS_SECRET_ACCESS_KEY: 'embedded',
});

/** The variables of a function's environments: Lambda's own, the template's, and what the shell says of those. */
export function functionEnvironment(
  { name, handler, codePath, memoryMb, variables }: FunctionResource,
  endpoints: Endpoints,
  { environment = {}, functionEnvironment: further = {} }: CloudOptions,
): Record<string, string> {
  const own = Object.fromEntries(
    Object.entries(variables).map(([variable, value]) => [
      variable,
      environment[variable] ?? value,
    ]),
  );
  return {
    ...quietSdk,
    ...clientEnvironment(endpoints),
    AWS_ACCESS_KEY_ID: accessKeyOf(name),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    LAMBDA_TASK_ROOT: codePath.replace(/\/[^/]+$/, ''),
    _HANDLER: `index.${handler}`,
    TZ: ':UTC',
    ...own,
    ...further,
  };
}
