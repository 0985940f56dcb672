import type { SourceOptions } from '../../functions/index';
import type { SettingsInput } from '../../shared/environment';
import {
  closedWhile,
  fixedWindow,
  slidingWindow,
  tokenBucket,
  type ModelSource,
} from '../../test/faults/models/governor/sources';

/** Polls of a source with a limit. */
export interface LimitedPoll {
  readonly objects: number;
  readonly pageSize: number;
  readonly settings?: Pick<SettingsInput, 'objectsPerMessage' | 'objectsPerSecond'>;
  /** The source options of the collector. @default - none */
  readonly source?: SourceOptions;
  /** Number of polls, one after the other: the later ones start with what the first one learned. */
  readonly polls: number;
  readonly model: () => ModelSource;
}

const always = (limit: number) => () => limit;
const short = { objects: 1_000, pageSize: 100, polls: 2 } as const;

/** Polls by which the governor is measured; each source is of its own kind. */
export const limitedPolls = {
  told: {
    ...short,
    polls: 1,
    source: { requestsPerSecond: 20 },
    model: () => fixedWindow({ limitAt: always(20) }),
  },
  paced: {
    ...short,
    polls: 1,
    source: { unlimited: true },
    settings: { objectsPerSecond: 18 },
    model: () => fixedWindow({ limitAt: always(20) }),
  },
  window: { ...short, model: () => fixedWindow({ limitAt: always(20) }) },
  windowMessagesOf1: {
    ...short,
    settings: { objectsPerMessage: 1 },
    model: () => fixedWindow({ limitAt: always(20) }),
  },
  sliding: { ...short, model: () => slidingWindow({ limitAt: always(20) }) },
  window100: { ...short, objects: 5_000, model: () => fixedWindow({ limitAt: always(100) }) },
  window1000: {
    ...short,
    objects: 30_000,
    model: () => fixedWindow({ limitAt: always(1_000), latencyMs: 200 }),
  },
  bucket: { ...short, model: () => tokenBucket({ perSecond: 10, burst: 100 }) },
  outage: {
    ...short,
    objects: 3_000,
    polls: 1,
    model: () =>
      closedWhile(fixedWindow({ limitAt: always(50) }), (t) => t > 20_000 && t < 50_000, {
        kind: 'failed',
        by: '503',
      }),
  },
  closedAtStart: {
    ...short,
    polls: 1,
    model: () =>
      closedWhile(tokenBucket({ perSecond: 10, burst: 100, latencyMs: 3_000 }), (t) => t < 5_000),
  },
} as const satisfies Record<string, LimitedPoll>;

export type LimitedName = keyof typeof limitedPolls;
