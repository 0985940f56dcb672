import { App, Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CollectorPipelineStack } from 'pollard-aws/cdk';

const app = new App();
const url = process.env['STATIONS_URL'];

new CollectorPipelineStack(app, 'Stations', {
  entry: 'collectors/stations.ts',
  schedule: ScheduleExpression.rate(Duration.hours(1)),
  environment: url ? { STATIONS_URL: url } : {},
});
