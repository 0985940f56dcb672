import type { Settings } from '../environment';
import { visibilityPerTimeout } from './event-source';

type Waits = { readonly settings: Settings };

/**
 * A run with the longer of each time that it was started with and that is deployed now: a message that was received before
 * the deploy is hidden for as long as the queue said then, one that is received after it for as long as it says now.
 */
export function withDeployed<R extends Waits>(run: R, now: Settings): R {
  const longer = (name: 'objectTimeoutSeconds' | 'pageTimeoutSeconds' | 'maxReceiveCount') =>
    Math.max(run.settings[name], now[name]);
  const settings = {
    ...run.settings,
    objectTimeoutSeconds: longer('objectTimeoutSeconds'),
    pageTimeoutSeconds: longer('pageTimeoutSeconds'),
    maxReceiveCount: longer('maxReceiveCount'),
    reconcilePeriodSeconds: now.reconcilePeriodSeconds,
  };
  return { ...run, settings };
}

/** The longest that a task of a run may be out of sight with nothing wrong, in seconds. */
export function longestWaitSeconds({ settings }: Waits): number {
  const { objectTimeoutSeconds, pageTimeoutSeconds, objectsPerSecond, objectsPerMessage } =
    settings;
  const hidden = visibilityPerTimeout * Math.max(objectTimeoutSeconds, pageTimeoutSeconds);
  const paced =
    objectsPerSecond === undefined ? 0 : Math.ceil(objectsPerMessage / objectsPerSecond);
  return Math.max(hidden, paced);
}

/** A delivery of a message, as far as it says how often the message can still be received. */
export interface Redelivery {
  readonly receiveCount: number;
  /** Whether its dead letter is given up; that of objects is tried again, each object alone. */
  readonly isLast: boolean;
}

/**
 * How long it may take to find out which object or page kills its handlers, in seconds from a delivery on: a message that
 * dies is received `maxReceiveCount` times, and so is each of its objects again in isolation.
 */
export function isolationWindowSeconds(
  { settings }: Waits,
  { receiveCount, isLast }: Redelivery,
): number {
  const { objectTimeoutSeconds, pageTimeoutSeconds, maxReceiveCount } = settings;
  const hidden = visibilityPerTimeout * Math.max(objectTimeoutSeconds, pageTimeoutSeconds);
  const left = Math.max(0, maxReceiveCount - receiveCount);
  return (left + (isLast ? 0 : maxReceiveCount) + 2) * hidden;
}

/** How long nothing may settle before reconcile takes messages for lost, in seconds. */
export const stallTimeoutSeconds = (run: Waits): number =>
  longestWaitSeconds(run) + run.settings.reconcilePeriodSeconds;
