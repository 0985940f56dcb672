import fc from 'fast-check';
import { defineCollector } from '../../../shared/collector/definition';
import { checkCrunched } from '../../../shared/collector/check-crunched';
import { fingerprint } from '../../../shared/pipeline/page/fingerprint';
import { checkListing } from '../../../shared/collector/check-page';
import { InvalidInputError, NonRetryableError } from '../../../shared/core/errors';
import { limits } from '../../../shared/core/limits';
import { noRedaction } from '../../../shared/core/plain-json';
import { parseStartEvent } from '../../../shared/core/start-event';
import { parseSettings, readEnvironment, settingsSchema } from '../../../shared/environment';

/** What may come from outside, in shapes near to right ones. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSparseArray: true,
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'pending', 'toJSON')),
});
const near = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: names.length });

/** Either an answer, or an error of this kind whose message begins so and says what was wrong. */
function answersOrSays(
  work: () => unknown,
  kind: typeof InvalidInputError | typeof NonRetryableError,
  says: RegExp,
): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(says);
  }
}

const numRuns = 500;

describe('whatever comes from outside', () => {
  it('as a start event is a command or refused by name', () => {
    const events = near(['scheduledTime', 'manual', 'input', 'redriveOf', 'cancel', 'other']);
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), events), (event) => {
        // It comes as JSON.
        const json: unknown = JSON.parse(JSON.stringify({ event }, plain));
        const { event: read } = json as { readonly event?: unknown };
        answersOrSays(() => parseStartEvent(read, 'c', 0), InvalidInputError, /^Event: ./);
      }),
      { numRuns },
    );
  });

  it('as a page is a manifest within the limits, or a failed listing that names the field', () => {
    const asked = {
      page: 0,
      pageToken: 'now',
      numbered: false,
      maxPages: 2,
      objectsBefore: 0,
      remembered: undefined,
      pageBefore: undefined,
      total: undefined,
    };
    const ids = fc.oneof(fc.string(), fc.constantFrom('', '__proto__', '🙂', 'x'.repeat(2_048)));
    const pages = fc.record({
      objects: fc.oneof(anything, fc.array(ids, { maxLength: 1_100, size: 'max' })),
      nextPageToken: fc.oneof(anything, fc.constantFrom('now', 'next', '', null)),
    });
    fc.assert(
      fc.property(fc.oneof(anything, pages), (page) => {
        answersOrSays(
          () => {
            const { objects } = checkListing(page, asked, fingerprint, noRedaction).manifest;
            expect(new Set(objects).size).toBe(objects.length);
            expect(objects.length).toBeLessThanOrEqual(limits.objectsPerPage);
            for (const id of objects) {
              const bytes = Buffer.byteLength(id);
              expect(bytes > 0 && bytes <= limits.objectIdBytes).toBe(true);
            }
          },
          NonRetryableError,
          /^listPage: ./,
        );
      }),
      { numRuns: 100 },
    );
  });

  it('as a result of crunch can be saved, or fails its object with the field named', () => {
    fc.assert(
      fc.property(fc.oneof(anything, near(['record', 'totals'])), (result) => {
        answersOrSays(
          () => {
            const { totals } = checkCrunched(result, noRedaction);
            expect(Object.values(totals).every((total) => typeof total === 'bigint')).toBe(true);
          },
          NonRetryableError,
          /^(crunch|record|totals)/,
        );
      }),
      { numRuns },
    );
  });

  it('as options of a collector makes one, or is refused with each fault', () => {
    const options = near(['name', 'listPage', 'pageCount', 'fetch', 'crunch', 'attempts', 'other']);
    fc.assert(
      fc.property(fc.oneof(anything, options), (definition) => {
        answersOrSays(
          () => defineCollector(definition as never),
          InvalidInputError,
          /^defineCollector: ./,
        );
      }),
      { numRuns },
    );
  });

  it('as settings fills in the defaults, or names what is wrong', () => {
    const settings = near([...Object.keys(settingsSchema.entries), 'other']);
    fc.assert(
      fc.property(fc.oneof(anything, settings), (given) => {
        answersOrSays(() => parseSettings(given), InvalidInputError, /^Settings: ./);
      }),
      { numRuns },
    );
  });

  it('as variables is an environment, or names each that is missing or wrong', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('{}', '[]', '{"overlap":"all"}'),
    );
    const variables = fc.dictionary(
      fc.constantFrom('POLLARD_PIPELINE', 'POLLARD_SETTINGS', 'POLLARD_SECRETS'),
      texts,
    );
    fc.assert(
      fc.property(variables, (env) => {
        expect(() => readEnvironment(env)).toThrow(InvalidInputError);
        expect(() => readEnvironment(env)).toThrow(/POLLARD_CONTROL_TABLE: is missing/);
      }),
      { numRuns: 100 },
    );
  });
});

/** JSON has no big integers. */
const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;
