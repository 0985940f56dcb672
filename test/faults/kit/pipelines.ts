import type { SettingsInput } from '../../../shared/environment';
import { visibilityPerTimeout } from '../../../shared/core/patience';

/** Short times, so that what waits for a timeout does not wait long. Messages come again after 12 s. */
export const shortTimes = {
  startTimeoutSeconds: 2,
  pageTimeoutSeconds: 2,
  objectTimeoutSeconds: 2,
  callbackTimeoutSeconds: 2,
  reconcilePeriodSeconds: 1,
  runDeadlineSeconds: 600,
} as const satisfies SettingsInput;

/** How long a queue hides a message that is worked on, in seconds. */
export const visibilitySeconds = visibilityPerTimeout * shortTimes.objectTimeoutSeconds;
