import { InvalidInputError } from '../shared/core/errors';
import { similarTo } from '../shared/core/similar';
import type { CollectorPipelineProps, PipelineSettingsProps } from './pipeline-props';
import { settingsByProp } from './settings';

type OtherProp = Exclude<keyof CollectorPipelineProps, keyof PipelineSettingsProps>;

const otherProps = {
  entry: true,
  name: true,
  schedule: true,
  startAfter: true,
  secrets: true,
  environment: true,
  removalPolicy: true,
  warmThroughput: true,
  memory: true,
  bundling: true,
  vpc: true,
  vpcSubnets: true,
  securityGroups: true,
  logRetention: true,
  alarmTopic: true,
  alarmEmail: true,
  alarmAfterPeriods: true,
  docsUrl: true,
  eventBus: true,
} as const satisfies Record<OtherProp, true>;

const names = [...Object.keys(settingsByProp), ...Object.keys(otherProps)];

/**
 * Refuses props whose names are misspelled. `cdk deploy` does not check types where the app runs through tsx or is JavaScript. Other
 * unknown props are those of a stack or of a subclass.
 * @throws InvalidInputError naming each of them, and the one that was meant
 */
export function checkPropNames(props: object): void {
  const misspelled = Object.keys(props)
    .filter((name) => !names.includes(name))
    .flatMap((name) => {
      const meant = similarTo(name, names);
      return meant === undefined ? [] : [`${name}: is unknown: did you mean ${meant}?`];
    });
  if (misspelled.length > 0) throw new InvalidInputError(misspelled.join('\n'));
}
