import { sourceLines } from '../../../cli/commands/source';
import { unknownSource, type Closing } from '../../../shared/core/governor/source-state';

const noon = Date.parse('2026-01-01T12:00:00Z');

const closing: Closing = {
  ...{ why: 'refused', by: '429, retry after 60 s', at: noon, since: noon, until: noon + 60_000 },
  ...{ over: false, startedAt: noon, latencyMs: 50, accepted: {} },
  landed: { total: 0, accepted: 0 },
};

it('a source that was never refused is said to have no learned limit', () => {
  expect(sourceLines(undefined, noon).join()).toContain('Nothing is known');
  expect(sourceLines(unknownSource, noon)).toEqual(['rate     no limit was learned']);
});

it('a closed source is shown with its rate, the answer that closed it, and until when', () => {
  const lines = sourceLines({ ...unknownSource, rate: 19.4, closing }, noon + 1_000);
  expect(lines).toEqual([
    'rate     19.4 calls a second, learned',
    'closed   since 2026-01-01T12:00:00Z, until 2026-01-01T12:01:00Z at least, by 429, retry after 60 s',
  ]);
});

it('an open source is shown with its last closing, and the objects that wait for it', () => {
  const open = { ...unknownSource, rate: 5, closing: { ...closing, over: true } };
  const lines = sourceLines({ ...open, tat: noon + 500, planned: 90, served: 30 }, noon);
  expect(lines).toEqual([
    'rate     5.0 calls a second, learned',
    'open     last closed 2026-01-01T12:00:00Z by 429, retry after 60 s',
    'waiting  about 60 objects',
  ]);
});
