import { setTimeout as sleep } from 'node:timers/promises';
import {
  NonRetryableError,
  RateLimitedError,
  unchanged,
  type CollectorDefinition,
} from '../../../shared/collector/definition';
import { centsOf, inputOf, nameOf } from '../kit/input';
import { noteEffect } from './effect';
import { fetchFrom, idsOf } from './made-up-source';

/** What every collector of the fault kit does: what it lists, and how its objects behave, is in the run's input. */
export const definition: CollectorDefinition<{ object: { readonly cents: number } }> = {
  name: 'kit',
  // Each object is refused by itself.
  source: { unlimited: true },
  attempts: 3,
  pageCount: ({ run }) => {
    const { numbered, sizes } = inputOf(run.input);
    return numbered ? sizes.length : undefined;
  },
  listPage: ({ pageNumber, run }) => {
    const input = inputOf(run.input);
    const last = input.numbered || pageNumber + 1 >= input.sizes.length;
    return {
      objects: idsOf(input, pageNumber),
      ...(last ? {} : { nextPageToken: `token-${pageNumber + 1}` }),
    };
  },
  fetch: {
    object: async (id, { run, signal }) => {
      const input = inputOf(run.input);
      const name = nameOf(id);
      if (name === input.poison) process.exit(1);
      if (input.sleepMs > 0) await sleep(input.sleepMs * (0.5 + Math.random() / 2));
      if (input.source !== '') return fetchFrom(input, id, signal);
      const leftSeconds = (input.heldUntil - Date.now()) / 1_000;
      if (input.held.includes(name) && leftSeconds > 0) {
        throw new RateLimitedError('held', { retryAfterSeconds: leftSeconds });
      }
      if (input.failing.includes(name)) throw new NonRetryableError(`${name} fails for good`);
      if (input.flaky.includes(name) && Math.random() < 0.5) throw new Error(`${name} is flaky`);
      return { cents: centsOf(id) };
    },
  },
  crunch: (id, { object }, { run }) => {
    if (inputOf(run.input).unchanged.includes(nameOf(id))) return unchanged();
    const { cents } = object;
    return { record: { id, cents, at: Date.now() }, totals: { cents, objects: 1 } };
  },
  onComplete: noteEffect,
};
