import {
  isolationWindowSeconds,
  longestWaitSeconds,
  stallTimeoutSeconds,
} from '../../../shared/core/stall-timeout';
import { parseSettings, type SettingsInput } from '../../../shared/environment';
import type { RunSettings } from '../../../shared/core/run';

const settings = (input: SettingsInput = {}) => parseSettings(input) as RunSettings;
const times = { objectTimeoutSeconds: 10, pageTimeoutSeconds: 5, reconcilePeriodSeconds: 7 };

describe('how long a task may be out of sight', () => {
  it('is the longer visibility timeout, six times the timeout of its function', () => {
    expect(longestWaitSeconds({ settings: settings(times) })).toBe(60);
    expect(longestWaitSeconds({ settings: settings({ ...times, pageTimeoutSeconds: 20 }) })).toBe(
      120,
    );
  });

  it('is the longest delay that was given out, if that is longer', () => {
    expect(longestWaitSeconds({ settings: settings(times), longestDelaySeconds: 61 })).toBe(61);
    expect(longestWaitSeconds({ settings: settings(times), longestDelaySeconds: 59 })).toBe(60);
  });

  it('is the time between two messages, where objects are paced', () => {
    const paced = settings({ ...times, objectsPerSecond: 0.3, objectsPerMessage: 20 });
    expect(longestWaitSeconds({ settings: paced })).toBe(67);
    const fast = settings({ ...times, objectsPerSecond: 100, objectsPerMessage: 20 });
    expect(longestWaitSeconds({ settings: fast })).toBe(60);
  });

  it('and one walk of reconcile more, before anything is sent again', () => {
    expect(stallTimeoutSeconds({ settings: settings(times) })).toBe(67);
  });
});

describe('how long it takes to find out what kills', () => {
  it('is every delivery of its message, and of each of its objects alone', () => {
    const five = settings({ ...times, maxReceiveCount: 5 });
    expect(isolationWindowSeconds({ settings: five })).toBe(11 * 60);
    const pages = settings({ ...times, maxReceiveCount: 1, pageTimeoutSeconds: 20 });
    expect(isolationWindowSeconds({ settings: pages })).toBe(3 * 120);
  });
});
