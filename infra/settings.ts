import { Token } from 'aws-cdk-lib';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { InvalidInputError, isInvalidInput } from '../shared/core/errors';
import { parseSettings, type Settings } from '../shared/environment';
import type { PipelineSettingsProps } from './pipeline-props';

/** The setting of each prop that has another name or unit; every other prop is the setting of its own name. */
const durationSettings = {
  runDeadline: 'runDeadlineSeconds',
  backlogMaxAge: 'backlogMaxAgeSeconds',
  catchUpWindow: 'catchUpWindowSeconds',
  period: 'periodSeconds',
  startTimeout: 'startTimeoutSeconds',
  pageTimeout: 'pageTimeoutSeconds',
  objectTimeout: 'objectTimeoutSeconds',
  callbackTimeout: 'callbackTimeoutSeconds',
  reconcilePeriod: 'reconcilePeriodSeconds',
  retention: 'retentionDays',
} as const satisfies Partial<Record<keyof PipelineSettingsProps, keyof Settings>>;

const plainSettings = [
  'objectsPerMessage',
  'objectsAtOnce',
  'maxConcurrency',
  'objectsPerSecond',
  'maxReceiveCount',
  'overlap',
  'backlogMaxMessages',
  'toleratedFailurePercentage',
  'stopAfterFailedPercentage',
  'pauseOnFailure',
] as const satisfies readonly (keyof PipelineSettingsProps & keyof Settings)[];

/** The setting of each prop; a test holds this to be all of `settingsSchema`. */
export const settingsByProp: Readonly<Record<string, string>> = {
  ...Object.fromEntries(plainSettings.map((name) => [name, name])),
  ...durationSettings,
};

/**
 * Returns the settings of props.
 * @param overrides settings by their own names, which override the props
 * @throws InvalidInputError naming each prop or setting that is wrong
 */
export function settingsOf(
  props: PipelineSettingsProps,
  schedule: ScheduleExpression | undefined,
  overrides: object = {},
): Settings {
  const periodSeconds = periodOf(schedule);
  if (props.period && periodSeconds !== undefined && props.period.toSeconds() !== periodSeconds) {
    throw new InvalidInputError(
      `period: expected the schedule’s ${periodSeconds} s, or none, got ${props.period.toSeconds()} s`,
    );
  }
  const given = { periodSeconds, ...fromProps(props), ...overrides };
  const asked = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  const settings = named(() => parseSettings(asked));
  checkTogether(settings, asked);
  return settings;
}

function fromProps(props: PipelineSettingsProps): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const name of plainSettings) settings[name] = props[name];
  for (const [prop, setting] of Object.entries(durationSettings)) {
    const duration = props[prop as keyof typeof durationSettings];
    if (duration === undefined) continue;
    settings[setting] =
      setting === 'retentionDays'
        ? duration.toDays({ integral: false })
        : duration.toSeconds({ integral: false });
  }
  return settings;
}

/** Refuses settings that contradict each other. */
function checkTogether(settings: Settings, asked: Readonly<Record<string, unknown>>): void {
  for (const guard of ['backlogMaxMessages', 'backlogMaxAgeSeconds']) {
    if (guard in asked && settings.overlap !== 'allowAll') {
      throw new InvalidInputError(
        `${propOf(guard)}: expected overlap allowAll with it, got ${settings.overlap}`,
      );
    }
  }
  const { stopAfterFailedPercentage: stop, toleratedFailurePercentage: tolerated } = settings;
  if (stop !== undefined && stop < tolerated) {
    throw new InvalidInputError(
      `stopAfterFailedPercentage: expected at least toleratedFailurePercentage (${tolerated}), got ${stop}`,
    );
  }
}

/** Names in errors the prop that was written, not only its setting. */
function named(parse: () => Settings): Settings {
  try {
    return parse();
  } catch (error) {
    if (!isInvalidInput(error)) throw error;
    const message = error.message.replace(
      /\b(\w+(?:Seconds|Days)): /g,
      (_, setting: string) => `${propOf(setting)} (${setting}): `,
    );
    throw new InvalidInputError(message, { cause: error });
  }
}

const propOf = (setting: string): string =>
  Object.entries(durationSettings).find(([, name]) => name === setting)?.[0] ?? setting;

const unitSeconds: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };

/** Returns the seconds between two ticks of a rate; `undefined` for any other schedule. */
function periodOf(schedule: ScheduleExpression | undefined): number | undefined {
  const expression = schedule?.expressionString;
  if (expression === undefined || Token.isUnresolved(expression)) return undefined;
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (!rate) return undefined;
  return Number(rate[1]) * (unitSeconds[rate[2] ?? ''] ?? NaN);
}
