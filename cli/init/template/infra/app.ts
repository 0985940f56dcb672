import { App, Duration, Stack } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CollectorPipeline } from 'pollard-aws/cdk';

const app = new App();
const stack = new Stack(app, 'Collectors');
const url = process.env['STATIONS_URL'];

new CollectorPipeline(stack, 'Stations', {
  entry: 'collectors/stations.ts',
  schedule: ScheduleExpression.rate(Duration.hours(1)),
  environment: url ? { STATIONS_URL: url } : {},
});
