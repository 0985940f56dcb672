import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import * as v from 'valibot';
import { defaultMemory } from '../../infra/handler';
import { settingsByProp } from '../../infra/settings';
import { functionNames, settingsSchema } from '../../shared/environment';
import { resourceOf, templateOf } from './synth';

interface DocumentedProp {
  readonly name: string;
  readonly optional: boolean;
  /** What the TSDoc says behind `@default`. */
  readonly says: string | undefined;
}

/** The props of an interface of infra/pipeline-props.ts. */
function propsOf(interfaceName: string): readonly DocumentedProp[] {
  const file = join(__dirname, '..', '..', 'infra', 'pipeline-props.ts');
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const declaration = source.statements
    .filter(ts.isInterfaceDeclaration)
    .find(({ name }) => name.text === interfaceName)!;
  return declaration.members.filter(ts.isPropertySignature).map((prop) => {
    const tag = ts.getJSDocTags(prop).find(({ tagName }) => tagName.text === 'default');
    return {
      name: prop.name.getText(),
      optional: prop.questionToken !== undefined,
      says: ts.getTextOfJSDocComment(tag?.comment)?.trim(),
    };
  });
}

const settings = propsOf('PipelineSettingsProps');
const others = propsOf('CollectorPipelineProps');

/** A duration as the documentation writes it: the largest unit that is a whole number of at least one. */
function durationText(seconds: number): string {
  const units = { days: 86_400, hours: 3_600, minutes: 60 };
  const [unit, length] = Object.entries(units).find(([, each]) => seconds % each === 0) ?? [
    'seconds',
    1,
  ];
  return `Duration.${unit}(${seconds / length})`;
}

/** The default of a setting as the documentation has to write it; `undefined` where the setting has none. */
function defaultText(prop: string): string | undefined {
  const setting = settingsByProp[prop]!;
  const value = (v.getDefaults(settingsSchema) as Record<string, unknown>)[setting];
  if (value === undefined) return undefined;
  if (setting.endsWith('Seconds')) return durationText(Number(value));
  if (setting.endsWith('Days')) return durationText(86_400 * Number(value));
  if (typeof value === 'number') return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
  return `'${String(value)}'`;
}

describe('the documented default of each prop', () => {
  it.each(settings)('$name, a setting, is the value of settingsSchema', ({ name, says }) => {
    const expected = defaultText(name);
    if (expected === undefined) expect(says).toMatch(/^- \w/);
    else expect(says).toBe(expected);
  });

  it.each(others.filter(({ optional }) => optional))(
    '$name is a value, or says in words what applies',
    ({ says }) => {
      expect(says).toMatch(/^(- \w|\d+$|RemovalPolicy\.|RetentionDays\.|ScheduleExpression\.|\{)/);
    },
  );

  it('is what the template has, for those that are no settings', () => {
    const says = Object.fromEntries(others.map((prop) => [prop.name, prop.says]));
    const template = templateOf();
    const memory = functionNames.map((name) => [name, defaultMemory[name].toMebibytes()]);
    expect(says['memory']).toMatch(/^{ object: Size.mebibytes\(1_024\) } .* Size.mebibytes\(512\)/);
    expect(Object.fromEntries(memory)).toEqual({
      ...Object.fromEntries(functionNames.map((name) => [name, 512])),
      object: 1_024,
    });
    expect(says['removalPolicy']).toBe('RemovalPolicy.RETAIN');
    const { DeletionPolicy } = resourceOf(template, 'AWS::DynamoDB::Table', 'Record');
    expect(DeletionPolicy).toBe('Retain');
    expect(says['logRetention']).toBe('RetentionDays.ONE_MONTH');
    const logs = resourceOf(template, 'AWS::Logs::LogGroup', 'Logs').Properties;
    expect(logs['RetentionInDays']).toBe(30);
    expect(says['schedule']).toMatch(/^ScheduleExpression.rate\(Duration.hours\(1\)\)/);
    const poll = resourceOf(template, 'AWS::Scheduler::Schedule', 'TicksPoll').Properties;
    expect(poll['ScheduleExpression']).toBe('rate(1 hour)');
    expect(says['alarmAfterPeriods']).toBe('3');
    const alarm = resourceOf(template, 'AWS::CloudWatch::Alarm', 'NoRunCompleted').Properties;
    expect(alarm['Threshold']).toBe(3 * 3_600);
  });

  it('is found for every prop', () => {
    expect(settings).toHaveLength(20);
    expect(others.filter(({ optional }) => !optional).map(({ name }) => name)).toEqual(['entry']);
  });
});
