import { App, Duration, Stack } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { context } from '../cdk.json';
import { InvalidInputError } from '../shared/core/errors';
import { addAskedPipelines } from './asked-pipelines';
import { CollectorPipeline } from './collector-pipeline';

/** The app: one stack, a pipeline a collector. Synthesis needs no account and no network. */
export function pollardApp(extra: Readonly<Record<string, unknown>> = {}): App {
  const app = new App({ analyticsReporting: false, context: { ...context, ...extra } });
  const stack = new Stack(app, 'Pollard', {
    description: 'Pollard: polls slow APIs on a schedule, and joins what it collects',
  });

  new CollectorPipeline(stack, 'Resources', {
    entry: 'collectors/resources.ts',
    schedule: ScheduleExpression.rate(Duration.minutes(5)),
  });

  addAskedPipelines(stack);
  return app;
}

if (require.main === module) {
  try {
    pollardApp().synth();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
