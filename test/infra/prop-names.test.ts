import { App } from 'aws-cdk-lib';
import { CollectorPipelineStack } from '../../infra/collector-pipeline-stack';
import { checkPropNames } from '../../infra/prop-names';

it('a prop whose name is misspelled is refused by name, with the one that was meant', () => {
  const misspelled = { entry: 'examples/resources.ts', maxConcurency: 2, Retention: 3 };
  expect(() => new CollectorPipelineStack(new App(), 'Shop', misspelled)).toThrow(
    'CollectorPipeline Shop/Shop: maxConcurency: is unknown: did you mean maxConcurrency?\n' +
      'Retention: is unknown: did you mean retention?',
  );
});

it('the props of a stack and of a subclass are left to them', () => {
  // All of StackProps in aws-cdk-lib 2.
  const ofStack = {
    env: {},
    stackName: '',
    description: '',
    tags: {},
    synthesizer: {},
    terminationProtection: true,
    analyticsReporting: false,
    crossRegionReferences: true,
    permissionsBoundary: {},
    suppressTemplateIndentation: true,
    propertyInjectors: [],
    notificationArns: [],
  };
  expect(() => {
    checkPropNames({ ...ofStack, entry: '', customer: 'acme' });
  }).not.toThrow();
});
