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
  const five = settings({ ...times, maxReceiveCount: 5 });
  const windowAt = (receiveCount: number, isLast: boolean) =>
    isolationWindowSeconds({ settings: five }, { receiveCount, isLast });

  it('is every delivery of its message that is left, and of each of its objects alone', () => {
    expect([2, 3, 5].map((receiveCount) => windowAt(receiveCount, false))).toEqual([
      (3 + 5 + 2) * 60,
      (2 + 5 + 2) * 60,
      (0 + 5 + 2) * 60,
    ]);
  });

  it('is every delivery that is left of a page, and of an object that is alone', () => {
    expect([2, 5, 6].map((receiveCount) => windowAt(receiveCount, true))).toEqual([
      5 * 60,
      2 * 60,
      2 * 60,
    ]);
  });

  it('counts in the longer of the two visibility timeouts', () => {
    const pages = settings({ ...times, maxReceiveCount: 3, pageTimeoutSeconds: 20 });
    const window = isolationWindowSeconds({ settings: pages }, { receiveCount: 2, isLast: true });
    expect(window).toBe(3 * 120);
  });
});
