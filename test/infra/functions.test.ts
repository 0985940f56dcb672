import { Duration, Size } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { functionNames, readEnvironment } from '../../shared/environment';
import { resourceOf, resourcesOf, templateOf } from './synth';

const functionType = 'AWS::Lambda::Function';
const pascal = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1);

describe('the functions', () => {
  const template = templateOf({ environment: { SOURCE_URL: 'https://source.example' } });
  const of = (name: string) =>
    resourceOf(template, functionType, `Poll${pascal(name)}Function`).Properties;

  it('are the six that a collector exports', () => {
    const handlers = Object.values(resourcesOf(template, functionType)).map(
      ({ Properties }) => Properties['Handler'],
    );
    expect(handlers.sort()).toEqual(functionNames.map((name) => `index.${name}`).sort());
  });

  it('share one bundle', () => {
    const code = functionNames.map((name) => JSON.stringify(of(name)['Code']));
    expect(new Set(code).size).toBe(1);
  });

  it('run on arm64, on a runtime that AWS still serves', () => {
    for (const name of functionNames) {
      expect(of(name)).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x' });
    }
  });

  it('are told what readEnvironment reads, and the settings as they were parsed', () => {
    const { Environment } = of('object') as { Environment: { Variables: Record<string, unknown> } };
    const variables = Object.fromEntries(
      Object.entries(Environment.Variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
    expect(readEnvironment(variables)).toMatchObject({
      pipeline: 'Test/Poll',
      controlTable: expect.stringContaining('Control') as string,
      recordTable: expect.stringContaining('Record') as string,
      isolationQueueUrl: expect.stringContaining('Isolation') as string,
      settings: { objectsPerMessage: 40, periodSeconds: 3_600 },
    });
    expect(variables['SOURCE_URL']).toBe('https://source.example');
  });

  it('may meet themselves in a chain of messages where the design has them do so', () => {
    const allowed = functionNames.filter((name) => of(name)['RecursiveLoop'] === 'Allow');
    expect(allowed).toEqual(['page', 'object', 'callback', 'deadLetter']);
  });

  it('have the timeouts of the settings', () => {
    const timed = templateOf({
      startTimeout: Duration.seconds(11),
      pageTimeout: Duration.seconds(12),
      objectTimeout: Duration.seconds(13),
      callbackTimeout: Duration.seconds(14),
    });
    const timeoutOf = (name: string) =>
      resourceOf(timed, functionType, `Poll${pascal(name)}Function`).Properties['Timeout'];
    expect(functionNames.map(timeoutOf)).toEqual([11, 12, 13, 14, 12, 300]);
  });

  it('have the memory that is asked for, by name', () => {
    const sized = templateOf({ memory: { object: Size.mebibytes(2_048) } });
    const memoryOf = (name: string) =>
      resourceOf(sized, functionType, `Poll${pascal(name)}Function`).Properties['MemorySize'];
    expect(functionNames.map(memoryOf)).toEqual([512, 512, 2_048, 512, 512, 512]);
  });
});

describe('the logs', () => {
  it('of a pipeline are one group, which keeps a line for a month', () => {
    const template = templateOf();
    const [group, ...others] = Object.entries(resourcesOf(template, 'AWS::Logs::LogGroup'));
    expect(others).toEqual([]);
    const [id, { Properties: own }] = group!;
    expect(own).toEqual({ RetentionInDays: 30 });
    for (const { Properties } of Object.values(resourcesOf(template, functionType))) {
      expect(Properties['LoggingConfig']).toMatchObject({ LogGroup: { Ref: id } });
    }
  });

  it('are kept as long as is asked for', () => {
    const template = templateOf({ logRetention: RetentionDays.ONE_WEEK });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  it('take no custom resource', () => {
    templateOf().resourceCountIs('AWS::Lambda::Function', functionNames.length);
  });
});
