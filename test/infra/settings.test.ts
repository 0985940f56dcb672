import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { CollectorPipelineProps } from '../../infra/pipeline-props';
import { settingsByProp } from '../../infra/settings';
import { parseSettings, settingsSchema } from '../../shared/environment';
import { pipelineOf } from './synth';

describe('the settings of a pipeline', () => {
  it('can all be asked for by props', () => {
    expect(Object.values(settingsByProp).sort()).toEqual(
      Object.keys(settingsSchema.entries).sort(),
    );
  });

  it('are the defaults of the one table, and the period of the schedule', () => {
    const { settings } = pipelineOf({ schedule: ScheduleExpression.rate(Duration.minutes(5)) });
    expect(settings).toEqual(parseSettings({ periodSeconds: 300 }));
  });

  it('take durations in any unit', () => {
    const { settings } = pipelineOf({
      runDeadline: Duration.hours(2),
      catchUpWindow: Duration.minutes(10),
      retention: Duration.days(30),
    });
    expect(settings).toMatchObject({
      runDeadlineSeconds: 7_200,
      catchUpWindowSeconds: 600,
      retentionDays: 30,
    });
  });

  it.each([
    ['rate(1 minute)', 60],
    ['rate(3 hours)', 10_800],
    ['rate(1 day)', 86_400],
    ['cron(0 * * * ? *)', undefined],
  ])('know the period of %s', (expression, seconds) => {
    const schedule = ScheduleExpression.expression(expression);
    expect(pipelineOf({ schedule }).settings.periodSeconds).toBe(seconds);
  });

  it('take the period of a cron schedule from who wrote it', () => {
    const schedule = ScheduleExpression.cron({ minute: '0' });
    const { settings } = pipelineOf({ schedule, period: Duration.hours(1) });
    expect(settings.periodSeconds).toBe(3_600);
  });

  it('are laid over by those of the context, for this collector alone', () => {
    const context = {
      settings: JSON.stringify({ collector: { objectTimeoutSeconds: 2 }, other: { overlap: 'x' } }),
    };
    const { settings } = pipelineOf({ objectTimeout: Duration.minutes(1) }, context);
    expect(settings.objectTimeoutSeconds).toBe(2);
  });
});

describe('a wrong prop fails the synthesis, named', () => {
  const wrong: readonly [Partial<CollectorPipelineProps>, string][] = [
    [{ objectsPerMessage: 0 }, 'objectsPerMessage: expected 1 or more, got 0'],
    [{ maxConcurrency: 1 }, 'maxConcurrency: expected 2 or more, got 1'],
    [{ objectTimeout: Duration.minutes(16) }, 'objectTimeout (objectTimeoutSeconds): '],
    [{ pageTimeout: Duration.millis(2_500) }, 'pageTimeout (pageTimeoutSeconds): '],
    [{ retention: Duration.hours(12) }, 'retention (retentionDays): '],
    [{ backlogMaxMessages: 5 }, 'backlogMaxMessages: expected overlap allowAll with it, got skip'],
    [{ backlogMaxAge: Duration.hours(1) }, 'backlogMaxAge: expected overlap allowAll with it'],
    [
      { toleratedFailurePercentage: 20, stopAfterFailedPercentage: 10 },
      'stopAfterFailedPercentage: expected at least toleratedFailurePercentage (20), got 10',
    ],
    [
      { schedule: ScheduleExpression.rate(Duration.hours(1)), period: Duration.minutes(1) },
      'period: expected the schedule’s 3600 s, or none, got 60 s',
    ],
    [{ entry: 'collectors/nothing-here.ts' }, 'entry: there is no file collectors/nothing-here.ts'],
    [{ environment: { POLLARD_SETTINGS: '{}' } }, 'environment: expected no names that begin with'],
    [{ secrets: [{ name: '1st', from: 'ssm' }] }, 'Secrets: 0.name: '],
    [
      {
        secrets: [
          { name: 'key', from: 'ssm' },
          { name: 'key', from: 'ssm' },
        ],
      },
      'Secrets: key: expected once',
    ],
    [{ docsUrl: 'docs' }, 'docsUrl: expected a URL such as https://wiki.example.com/pollard'],
    [{ alarmEmail: 'team' }, 'alarmEmail: expected an e-mail address such as team@example.com'],
    [{ alarmAfterPeriods: 0 }, 'alarmAfterPeriods: expected a whole number from 1, got 0'],
  ];
  const cases = wrong.map(([props, message]) => ({ props, message }));
  it.each(cases)('$message', ({ props, message }) => {
    expect(() => pipelineOf(props)).toThrow(message);
    expect(() => pipelineOf(props)).toThrow('CollectorPipeline Test/Poll: ');
  });

  it.each([
    [{ settings: '{"collector":{"objectsPerMessage":"many"}}' }, 'objectsPerMessage: expected'],
    [{ settings: '{"collector":{"colour":"red"}}' }, 'colour'],
    [{ settings: '{"collector":3}' }, '-c settings: collector: expected an object of settings'],
    [{ settings: 'x' }, '-c settings: expected JSON, got x'],
    [{ settings: '[]' }, '-c settings: expected a JSON object, got []'],
    [{ removalPolicy: 'burn' }, '-c removalPolicy: expected destroy or retain, got "burn"'],
  ])('and so does a wrong context %j', (context, message) => {
    expect(() => pipelineOf({}, context)).toThrow(message);
  });
});
