import * as v from 'valibot';
import { describeIssues } from '../../../shared/core/validate';

/** What is wrong with a value, in a line. */
function faults(schema: v.GenericSchema, value: unknown, known?: readonly string[]): string {
  const { issues = [] } = v.safeParse(schema, value);
  return describeIssues(issues, known);
}

describe('what a failed check says', () => {
  it.each([
    ['an object', v.strictObject({ a: v.string() }), 5],
    ['an object', v.object({ a: v.string() }), 5],
    ['an object', v.record(v.string(), v.string()), 5],
    ['a list', v.array(v.string()), 5],
    ['a text', v.string(), 5],
    ['a number', v.number(), 'x'],
    ['true or false', v.boolean(), 5],
    ['a whole number', v.pipe(v.number(), v.integer()), 1.5],
    ['7 or more', v.pipe(v.number(), v.minValue(7)), 5],
    ['3 or less', v.pipe(v.number(), v.maxValue(3)), 5],
    ['"a" or "(b)"', v.picklist(['a', '(b)']), 5],
    [
      'a date',
      v.pipe(
        v.unknown(),
        v.check((value) => value !== 5, 'expected a date'),
      ),
      5,
    ],
  ] as [string, v.GenericSchema, unknown][])(
    'is that %s was expected',
    (expected, schema, value) => {
      expect(faults(schema, value)).toBe(`expected ${expected}, got ${JSON.stringify(value)}`);
    },
  );

  it('is the size of a text that is too short or too long', () => {
    const text = v.pipe(v.string(), v.minLength(2), v.maxBytes(3));
    expect(faults(text, 'a')).toBe('expected a length of 2 or more, got 1');
    expect(faults(text, 'ééé')).toBe('expected at most 3 bytes, got 6');
  });

  it('names each field, and whether it is missing or unknown', () => {
    const schema = v.strictObject({ size: v.number(), kind: v.optional(v.literal('a')) });
    expect(faults(schema, {})).toBe('size: is missing');
    expect(faults(schema, { size: undefined, kind: 'b' })).toBe(
      'size: expected a number, got undefined; kind: expected "a", got "b"',
    );
    expect(faults(schema, { size: 1, sise: 1 })).toBe('sise: is unknown');
    expect(faults(schema, { size: 1, sise: 1 }, ['size'])).toBe(
      'sise: is unknown: did you mean size?',
    );
  });
});
