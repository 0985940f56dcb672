import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import type { CollectorPipelineProps } from '../../infra/pipeline-props';

/** A collector that is there for its file to be pointed at. */
export const fixture = 'test/infra/fixtures/collector.ts';

/** Assemblies of this file's tests. */
const assemblies = mkdtempSync(join(tmpdir(), 'pollard-infra-'));
afterAll(() => {
  rmSync(assemblies, { recursive: true, force: true });
});

/** A directory for an assembly, which goes when the tests are over. */
export const assemblyDirectory = (): string => mkdtempSync(join(assemblies, 'cdk.out-'));

/** An app that bundles nothing and checks nothing: a synthesis then takes milliseconds. */
export const appWithout = (context: Readonly<Record<string, unknown>> = {}): App =>
  new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    outdir: assemblyDirectory(),
    context: { ...withoutBundles, ...context },
  });

/** The context by which CDK bundles no function. */
export const withoutBundles = { 'aws:cdk:bundling-stacks': [] };

/** A stack `Test` with a pipeline `Poll`. */
export function pipelineOf(
  props: Partial<CollectorPipelineProps> = {},
  context: Readonly<Record<string, unknown>> = {},
): CollectorPipeline {
  const stack = new Stack(appWithout(context), 'Test');
  return new CollectorPipeline(stack, 'Poll', { entry: fixture, ...props });
}

/** The template of a stack with one pipeline. */
export const templateOf = (...args: Parameters<typeof pipelineOf>): Template =>
  Template.fromStack(Stack.of(pipelineOf(...args)));

/** A resource of a template, as CloudFormation would get it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** The resources of a type by their logical id. */
export const resourcesOf = (template: Template, type: string): Readonly<Record<string, Resource>> =>
  template.findResources(type) as Record<string, Resource>;

/** The one resource of a type whose logical id contains `part`. */
export function resourceOf(template: Template, type: string, part: string): Resource {
  const found = Object.entries(resourcesOf(template, type)).filter(([id]) => id.includes(part));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0]![1];
}

/** The alarms of a pipeline `Poll`: their properties, and their ids in the construct tree. */
export const alarmsOf = (template: Template): (Record<string, unknown> & { id: string })[] =>
  Object.entries(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => ({
    id: id.replace(/^PollMonitoring|[0-9A-F]{8}$/g, ''),
    ...Properties,
  }));

/** The alarm of an id. */
export const alarmOf = (template: Template, id: string) =>
  alarmsOf(template).find((alarm) => alarm.id === id)!;
