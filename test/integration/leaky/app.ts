import { App, Stack } from 'aws-cdk-lib';
import { CollectorPipeline } from 'pollard-aws/cdk';

const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
new CollectorPipeline(new Stack(app, 'Secrets'), 'Leaky', {
  entry: 'leaky.ts',
  secrets: [
    { name: 'apiKey', from: 'secretsManager', id: 'source/key' },
    { name: 'token', from: 'ssm', id: '/source/token' },
  ],
});
app.synth();
