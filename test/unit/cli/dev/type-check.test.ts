import { errorLines } from '../../../../cli/dev/type-check';
import { paintFor } from '../../../../cli/terminal/paint';

const shown = (...written: string[]) => errorLines(written.join('\n'), paintFor(false));

describe('type errors', () => {
  it('are shown with file, line and the further lines of the compiler', () => {
    expect(
      shown(
        "collectors/stations.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.",
        "  The expected type comes from property 'celsius'.",
        "infra/app.ts(3,1): error TS2304: Cannot find name 'x'.",
      ),
    ).toEqual([
      "✘ collectors/stations.ts:12:5  Type 'string' is not assignable to type 'number'. (TS2322)",
      "    The expected type comes from property 'celsius'.",
      "✘ infra/app.ts:3:1  Cannot find name 'x'. (TS2304)",
    ]);
  });

  it('of a package are left out, and those of no file are shown', () => {
    expect(
      shown(
        'node_modules/a/index.d.ts(1,1): error TS2304: Cannot find name "y".',
        'error TS18003: No inputs were found.',
      ),
    ).toEqual(['✘ No inputs were found. (TS18003)']);
  });

  it('are five; the others are counted', () => {
    const many = Array.from({ length: 7 }, (_, at) => `a.ts(${at + 1},1): error TS1: no`);
    expect(shown(...many).slice(4)).toEqual([
      '✘ a.ts:5:1  no (TS1)',
      'and 2 other type errors: npx tsc --noEmit',
    ]);
    expect(shown('')).toEqual([]);
  });
});
