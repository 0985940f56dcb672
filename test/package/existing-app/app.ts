// A CDK app that existed before Pollard: a stack with a resource of its own.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CollectorPipeline } from 'pollard-aws/cdk';

const app = new App();
const stack = new Stack(app, 'Existing');
new Bucket(stack, 'Files');
new CollectorPipeline(stack, 'Items', {
  entry: 'collector.ts',
  objectsPerMessage: 5,
  runDeadline: Duration.minutes(30),
  bundling: { define: { FROM_BUNDLING: '"yes"' } },
});
