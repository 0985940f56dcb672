// `npm run localstack:deploy`: deploys the app to the LocalStack, or the like, at AWS_ENDPOINT_URL.
import { standardError, standardOutput } from '../cli/terminal/output';
import { cdk, CdkError } from './cdk';
import { endpointVariables, findEndpoint, NoEndpointError, type Endpoint } from './endpoint';

/** The address that `npm run localstack:up` starts it at. */
const defaultUrl = 'http://127.0.0.1:4566';

async function deploy(args: readonly string[]): Promise<void> {
  const { env } = process;
  const endpoint = await findEndpoint({ AWS_ENDPOINT_URL: defaultUrl, ...env });
  const variables = endpointVariables(endpoint.url, env);
  await cdk(['bootstrap'], { variables, shown: true });
  await cdk(['deploy', '--all', '--require-approval', 'never', ...args], {
    variables,
    shown: true,
  });
  standardOutput().text(nextSteps(endpoint, variables));
}

const nextSteps = ({ title, name }: Endpoint, variables: Readonly<Record<string, string>>) => `
Deployed to ${title}.${name === 'localstack' ? noSchedules : ''} To start a poll, in this shell:

${Object.entries(variables)
  .map(([variable, value]) => `  export ${variable}=${value}`)
  .join('\n')}
  npx pollard start --wait
`;

const noSchedules = `
LocalStack stores the schedules of EventBridge Scheduler and never fires one: no poll starts by itself, and nothing
repairs a stuck one, because reconcile is a schedule too.`;

deploy(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof NoEndpointError || error instanceof CdkError)) throw error;
  standardError().text(error.message);
  process.exitCode = 1;
});
