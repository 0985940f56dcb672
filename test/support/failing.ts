import { NonRetryableError } from '../../shared/collector/definition';

/** Fetchers of which `object` fails for good for some objects. */
export const failing = (...ids: string[]) => ({
  object: (id: string) => {
    if (ids.includes(id)) throw new NonRetryableError('gone');
  },
});
