import { App, Duration, Stack, type AppProps } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CollectorPipeline } from 'pollard-aws/cdk';
import { isInvalidInput } from '../shared/core/errors';
import { addAskedPipelines, askedPipelines } from './asked-pipelines';

/**
 * Creates the app: one stack with a pipeline. Synthesis needs no account and no network. CDK's check of the template against
 * CloudFormation's schemas takes seconds, so only test/infra/app.test.ts makes it.
 */
export function pollardApp(props: AppProps = {}): App {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    ...props,
  });
  const asked = askedPipelines(app);
  const stack = new Stack(app, 'Pollard', {
    description: 'Pollard: polls slow APIs on a schedule, and joins what it collects',
  });

  new CollectorPipeline(stack, 'Resources', {
    entry: 'examples/resources.ts',
    schedule: ScheduleExpression.rate(Duration.minutes(5)),
    environment: exampleSource(process.env['RESOURCES_URL']),
  });

  addAskedPipelines(stack, asked);
  return app;
}

/** The example polls the API that `RESOURCES_URL` names; without one it generates its resources and calls no API. */
const exampleSource = (url: string | undefined): Record<string, string> =>
  url ? { RESOURCES_URL: url } : { RESOURCES_WORK: 'none' };

if (require.main === module) {
  try {
    pollardApp().synth();
  } catch (error) {
    if (!isInvalidInput(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
