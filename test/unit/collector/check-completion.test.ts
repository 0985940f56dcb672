import { checkCompletion } from '../../../shared/collector/check-completion';
import { noRedaction } from '../../../shared/core/plain-json';

const deep = (levels: number): unknown => (levels === 0 ? 1 : { in: deep(levels - 1) });

describe('what onComplete returned', () => {
  it.each([
    [undefined, undefined],
    [null, undefined],
    [{}, undefined],
    [{ state: null }, null],
    [{ state: { cursor: 'c', left: undefined } }, { cursor: 'c' }],
  ])('%j hands on %j', (returned, state) => {
    expect(checkCompletion(returned, noRedaction)).toEqual(state);
  });

  it.each([
    ['a text', 'done', /^onComplete: expected \{ state\? \}, got string$/],
    ['a misspelt key', { stat: 1 }, /^onComplete: unknown key stat; expected state$/],
    ['a bigint', { state: { n: 1n } }, /^onComplete: state\.n: expected plain JSON, got bigint$/],
    ['NaN', { state: NaN }, /^onComplete: state: expected a number that DynamoDB can hold/],
    ['a number beyond DynamoDB', { state: [1e300] }, /^onComplete: state\[0\]: .* got 1e\+300$/],
    ['a date', { state: { at: new Date(0) } }, /^onComplete: state\.at: .* got Date$/],
    ['a map', { state: new Map() }, /^onComplete: state: .* got Map$/],
    ['a function', { state: () => 1 }, /^onComplete: state: .* got function$/],
    ['too deep', { state: deep(40) }, /^onComplete: state\.in.*: expected at most 31 levels/],
    ['a key with a lone surrogate', { state: { '\ud800': 1 } }, /well-formed Unicode/],
    ['too large', { state: 'x'.repeat(70_000) }, /^onComplete: state: .* 65536 bytes .* got 70002/],
  ])('is refused when it is %s, the field named', (_, returned, fault) => {
    expect(() => checkCompletion(returned, noRedaction)).toThrow(fault);
  });
});
