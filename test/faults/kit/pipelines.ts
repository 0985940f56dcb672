import { visibilityPerTimeout } from '../../../shared/core/event-source';

/** Times of the pipelines that the kit makes. */
export interface Times {
  /** Longest time of each function but reconcile, in seconds, 2 at least. */
  readonly functionSeconds: number;
  /** How long a queue hides a message that is worked on, in seconds. */
  readonly visibilitySeconds: number;
}

/** Short times, so that what waits for a timeout does not wait long; a message comes again after six times that. */
export const timesOf = (functionSeconds: number): Times => ({
  functionSeconds,
  visibilitySeconds: visibilityPerTimeout * functionSeconds,
});

/** The settings of a pipeline with these times, whose reconcile the kit invokes every second. */
export const settingsFor = ({ functionSeconds }: Times) =>
  ({
    startTimeoutSeconds: functionSeconds,
    pageTimeoutSeconds: functionSeconds,
    objectTimeoutSeconds: functionSeconds,
    callbackTimeoutSeconds: functionSeconds,
    reconcilePeriodSeconds: 1,
    runDeadlineSeconds: 3_600,
  }) as const;

/** How long after a run's end work that was begun before may still save, in milliseconds: a run is cached for 2 s. */
export const workAfterEndMs = ({ functionSeconds }: Times): number => (functionSeconds + 3) * 1_000;

/** A run that has not ended by then is stuck, in milliseconds: three deliveries and some. */
export const stuckAfterMs = ({ visibilitySeconds }: Times): number =>
  (60 + 4 * visibilitySeconds) * 1_000;
