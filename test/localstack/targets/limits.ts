import type { EndpointName } from '../../../localstack/endpoint';

/** Where the suite runs. Of an unknown endpoint nothing is known that it could not do. */
export type TargetName = EndpointName | 'embedded';

/** What a target may not be able to do. */
export type Ability =
  /** Fires a schedule of EventBridge Scheduler. */
  | 'schedules'
  /** Knows that a table forgets its items by `expiresAt`. */
  | 'timeToLive'
  /** Moves messages out of a dead-letter queue. */
  | 'moveMessages'
  /** Takes a changed stack in place of the one that is deployed, and removes one. */
  | 'updates';

/** What a target cannot do, and why. Everything else the suite asks of each of them. */
export const limits: Readonly<Record<TargetName, Partial<Readonly<Record<Ability, string>>>>> = {
  embedded: {
    timeToLive: 'dynalite, which stands for DynamoDB, has none',
    moveMessages: 'fauxqs, which stands for SQS, has no StartMessageMoveTask',
    updates: 'it reads its assembly once, and ends with all that is in it',
  },
  ministack: {
    timeToLive: '1.5.33 leaves it off when CloudFormation makes the table',
    moveMessages: '1.5.33 has no StartMessageMoveTask',
  },
  localstack: {
    schedules: 'EventBridge Scheduler is a store of schedules there: none ever fires',
  },
  unknown: {},
};

/** Why a target cannot do something; `undefined` if it can. */
export const limitOf = (target: TargetName, ability: Ability): string | undefined =>
  limits[target][ability];
